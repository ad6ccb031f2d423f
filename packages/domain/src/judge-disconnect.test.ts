import { describe, expect, test } from 'vitest';
import { type ConnectStreak, freshStreak, judgeDisconnect } from './judge-disconnect.ts';
import { durationMs } from './time.ts';

const judge = (code: number, { openFor = 0, streak = freshStreak, seed = 'device' } = {}) =>
  judgeDisconnect({ code, openFor: durationMs(openFor), streak, seed });

/** The verdicts of one end after another. */
function inARow(code: number, times: number, openFor = 0) {
  let streak: ConnectStreak = freshStreak;
  return Array.from({ length: times }, () => {
    const judged = judge(code, { streak, openFor });
    streak = judged.streak;
    return judged.verdict;
  });
}

describe('judgeDisconnect', () => {
  test.each([
    [401, 'logged_out'],
    [403, 'banned'],
    [406, 'banned'],
  ])('%i is the end until an operator acts: nothing connects by itself', (code, state) => {
    // Guards: hammering WhatsApp with an identity that it has thrown out.
    for (const verdict of inARow(code, 3)) expect(verdict).toMatchObject({ kind: 'stop', state });
  });

  test.each([
    [402, 24 * 3_600_000],
    [411, undefined],
  ])('%i keeps the account out for a time, or until an operator acts', (code, duration) => {
    expect(judge(code).verdict).toMatchObject({ kind: 'restrict', duration });
  });

  test('440 asks who owns the device, twice; the third time is a conflict', () => {
    // Guards: two processes replacing each other for ever.
    const kinds = inARow(440, 3, 40_000).map((verdict) => verdict.kind);
    expect(kinds).toEqual(['ask_owner', 'ask_owner', 'stop']);
    expect(inARow(440, 3, 40_000)[2]).toMatchObject({ state: 'conflict' });
  });

  test('440 after a long quiet time starts counting anew', () => {
    for (const verdict of inARow(440, 5, 11 * 60_000)) expect(verdict.kind).toBe('ask_owner');
  });

  test('515 connects again at once; a loop of them slows down', () => {
    const verdicts = inARow(515, 3);
    expect(verdicts[0]).toEqual({ kind: 'reconnect', after: 0, unreachable: undefined });
    expect(verdicts[2]).toMatchObject({ kind: 'reconnect' });
    expect(verdicts[2]?.kind === 'reconnect' && verdicts[2].after).toBeGreaterThan(0);
  });

  test.each([
    [408, 60_000],
    [428, 60_000],
    [1006, 60_000],
    [500, 300_000],
    [503, 300_000],
  ])('%i connects again, ever later, at most %i ms later', (code, longest) => {
    const pauses = inARow(code, 12).map((verdict) =>
      verdict.kind === 'reconnect' ? verdict.after : Number.NaN,
    );
    for (const pause of pauses) expect(pause).toBeLessThanOrEqual(longest);
    expect(pauses[0]).toBeLessThanOrEqual(5_000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(longest / 2);
  });

  test('operators are told when a line stays broken, not for one loss', () => {
    const told = inARow(428, 4).map((verdict) => 'unreachable' in verdict && verdict.unreachable);
    expect(told.slice(0, 2)).toEqual([undefined, undefined]);
    expect(told[3]).toContain('428');
  });

  test.each([400, 405, 409, 418])(
    '%i, a refused client, is told at once and asked again slowly',
    (code) => {
      const { verdict } = judge(code);
      expect(verdict).toMatchObject({
        kind: 'reconnect',
        unreachable: expect.any(String) as string,
      });
      expect(verdict.kind === 'reconnect' && verdict.after).toBeGreaterThanOrEqual(450_000);
    },
  );

  test('a session that was open for a minute went well: the next loss starts anew', () => {
    const streak = { failures: 9, replaced: 0 };
    const { verdict } = judge(428, { streak, openFor: 60_000 });
    expect(verdict.kind === 'reconnect' && verdict.after).toBeLessThanOrEqual(1_000);
    // Guards: a loop of losses that passes through `open` each time.
    const short = judge(428, { streak, openFor: 59_000 });
    expect(short.verdict.kind === 'reconnect' && short.verdict.after).toBeGreaterThan(20_000);
  });

  test('devices that lose their line together do not come back in step', () => {
    const pauses = new Set(
      Array.from({ length: 20 }, (_, index) => {
        const { verdict } = judge(428, { seed: String(index) });
        return verdict.kind === 'reconnect' ? verdict.after : 0;
      }),
    );
    expect(pauses.size).toBeGreaterThan(15);
  });
});
