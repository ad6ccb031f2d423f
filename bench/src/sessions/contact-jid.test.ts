import { phoneOfJid } from '@dripfleet/domain';
import { expect, it } from 'vitest';
import { contactJid } from './contact-jid.ts';

// A message to a contact that was written to before is cheaper: what is called cold would not be.
it('is another one for each device, batch and place', () => {
  const all = [0, 1, 2, 10, 499, 4_999].flatMap((index) =>
    [0, 1, 9, 10, 100, 200, 999].flatMap((batch) =>
      [0, 1, 10, 99].map((contact) => contactJid({ index, batch, contact })),
    ),
  );
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((jid) => phoneOfJid(jid) !== undefined)).toBe(true);
});

it('refuses what the numbers have no room for', () => {
  expect(() => contactJid({ index: 0, batch: 1_000, contact: 0 })).toThrow(RangeError);
});
