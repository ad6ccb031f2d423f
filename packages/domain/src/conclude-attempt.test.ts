import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concludeAttempt } from './conclude-attempt.ts';
import type { NotSentReason, SendResult, UnconfirmedReason } from './send-result.ts';
import { epochMs } from './time.ts';

const now = epochMs(1_000_000);
const notSent: readonly NotSentReason[] = ['closed_before_write', 'fenced', 'budget_passed'];
const unconfirmed: readonly UnconfirmedReason[] = ['ack_timeout', 'closed_after_write'];
const results: fc.Arbitrary<SendResult> = fc.oneof(
  fc.constant({ kind: 'accepted', at: now } as const),
  fc
    .constantFrom('401', '402', '403', '404', '411', '463', '479', 'not_a_user')
    .map((code) => ({ kind: 'rejected', code }) as const),
  fc.constantFrom(...notSent).map((reason) => ({ kind: 'not_sent', reason }) as const),
  fc.constantFrom(...unconfirmed).map((reason) => ({ kind: 'unconfirmed', reason }) as const),
);
const attempts = fc.integer({ min: 1, max: 200 });
const keys = fc.string({ minLength: 1, maxLength: 22 });
const conclude = (attempt: number, result: SendResult, key = 'key') =>
  concludeAttempt({ key, attempt, isResend: false, result, now });

test('retries only what never left the process', () => {
  // Guards: a message sent twice because a timeout was taken for a failure.
  fc.assert(
    fc.property(keys, attempts, results, (key, attempt, result) => {
      const { kind } = conclude(attempt, result, key);
      expect(kind === 'retry').toBe(result.kind === 'not_sent');
      expect(kind === 'sent').toBe(result.kind === 'accepted');
    }),
  );
});

describe('backoff', () => {
  test('is between now and 5 s·2ⁿ⁻¹, at most 15 min, and depends on delivery and attempt alone', () => {
    fc.assert(
      fc.property(keys, attempts, fc.constantFrom(...notSent), (key, attempt, reason) => {
        const first = conclude(attempt, { kind: 'not_sent', reason }, key);
        expect(conclude(attempt, { kind: 'not_sent', reason }, key)).toEqual(first);
        if (first.kind !== 'retry') throw new Error('no retry');
        const wait = first.at - now;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(5_000 * 2 ** (attempt - 1), 900_000));
        expect(Number.isInteger(wait)).toBe(true);
      }),
    );
  });

  test('spreads: a thousand deliveries that failed together do not come back together', () => {
    const waits = Array.from({ length: 1_000 }, (_, n) => {
      const conclusion = conclude(
        4,
        { kind: 'not_sent', reason: 'closed_before_write' },
        `3EB0${n}`,
      );
      return conclusion.kind === 'retry' ? conclusion.at - now : Number.NaN;
    });
    const seconds = new Set(waits.map((wait) => Math.floor(wait / 1_000)));
    expect(seconds.size).toBe(40);
    const mean = waits.reduce((a, b) => a + b) / waits.length;
    expect(mean).toBeGreaterThan(18_000);
    expect(mean).toBeLessThan(22_000);
  });
});

describe('unconfirmed', () => {
  test.each([1, 4, 9])('attempt %i is recovered', (attempt) => {
    for (const reason of unconfirmed) {
      const recover = { kind: 'recover', reason, left: true };
      expect(conclude(attempt, { kind: 'unconfirmed', reason })).toEqual(recover);
    }
  });

  test('what did not leave the second time stays open for the first', () => {
    // Guards: an unconfirmed message that goes back to `ready`, known not to have left, although it may have.
    for (const reason of notSent) {
      const result = { kind: 'not_sent', reason } as const;
      const concluded = concludeAttempt({ key: 'key', attempt: 2, isResend: true, result, now });
      expect(concluded).toEqual({ kind: 'recover', reason, left: false });
    }
  });
});

describe('rejected', () => {
  test.each(['401', '402', '403', '411', '463'])('%s speaks of our account: held', (code) => {
    expect(conclude(1, { kind: 'rejected', code })).toEqual({
      kind: 'held',
      errorClass: 'account',
      code,
    });
  });

  test.each(['404', '479', 'not_a_user', ''])(
    '%j speaks of the contact: the step failed',
    (code) => {
      expect(conclude(1, { kind: 'rejected', code })).toEqual({
        kind: 'failed',
        errorClass: 'contact',
        code,
      });
    },
  );
});

describe('a server that has too much of us', () => {
  const result = { kind: 'rejected', code: '503' } as const;

  test('is asked again minutes later, and not for ever', () => {
    const again = conclude(1, result);
    expect(again).toMatchObject({ kind: 'retry', reason: '503' });
    expect(conclude(10, result)).toMatchObject({ kind: 'failed', code: '503' });
  });

  test('says nothing about the first transmission of what is sent again', () => {
    // Guards: a message that may have arrived going back to `ready`, known not to have left.
    const concluded = concludeAttempt({ key: 'key', attempt: 2, isResend: true, result, now });
    expect(concluded).toEqual({ kind: 'recover', reason: '503', left: false });
  });
});

test('accepted is sent, at the time of the answer', () => {
  const at = epochMs(5);
  expect(conclude(9, { kind: 'accepted', at })).toEqual({ kind: 'sent', at });
});
