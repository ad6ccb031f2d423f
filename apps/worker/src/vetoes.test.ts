import { durationMs, type PhoneNumber } from '@dripfleet/domain';
import { FakeClock } from '@dripfleet/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { Vetoes } from './vetoes.ts';

const phone = (n: number) => `+1555${String(n).padStart(7, '0')}` as PhoneNumber;
let clock: FakeClock;
let vetoes: Vetoes;
beforeEach(() => {
  clock = new FakeClock();
  vetoes = new Vetoes(clock);
});

describe('a veto', () => {
  it('holds at once, and as long as the opt-out is not stored', async () => {
    vetoes.add(phone(1));
    expect([vetoes.has(phone(1)), vetoes.has(phone(2))]).toEqual([true, false]);
    await clock.advance(durationMs(86_400_000));
    expect(vetoes.has(phone(1))).toBe(true);
  });

  // Guards: a contact that an operator let in again, to whom this process would never write.
  it('ends a while after the opt-out is stored, longer than what was begun before may be written', async () => {
    vetoes.add(phone(1));
    vetoes.endSoon(phone(1));
    await clock.advance(20_000);
    expect(vetoes.has(phone(1))).toBe(true);
    await clock.advance(40_000);
    expect(vetoes.has(phone(1))).toBe(false);
  });

  it('begins anew with another opt-out', async () => {
    vetoes.add(phone(1));
    vetoes.endSoon(phone(1));
    vetoes.add(phone(1));
    await clock.advance(3_600_000);
    expect(vetoes.has(phone(1))).toBe(true);
  });

  it('is one of ten thousand at most, of those that are stored: the oldest goes', () => {
    for (let n = 0; n <= 10_000; n += 1) {
      vetoes.add(phone(n));
      if (n > 0) vetoes.endSoon(phone(n));
    }
    // Guards: an opt-out that nothing else knows of, forgotten because many others came after it.
    const known = [0, 1, 2, 10_000].map((n) => vetoes.has(phone(n)));
    expect(known).toEqual([true, false, true, true]);
  });
});
