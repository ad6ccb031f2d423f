import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  earliestSend,
  longestWindow,
  type PacingPolicy,
  type Transmission,
  transmissionGuard,
} from './pacing.ts';
import { durationMs } from './time.ts';

const duration = (min: number, max: number) => fc.integer({ min, max }).map(durationMs);
const policies: fc.Arbitrary<PacingPolicy> = fc.record({
  caps: fc.array(
    fc.record({ max: fc.integer({ min: 1, max: 12 }), window: duration(1_000, 600_000) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  gap: fc
    .tuple(duration(0, 20_000), duration(0, 20_000))
    .map(([a, b]) => ({ min: durationMs(Math.min(a, b)), max: durationMs(Math.max(a, b)) })),
});
/** How a message goes: ms until the network counts it; ms from there until its answer, undefined when none comes. */
const fates = fc.array(
  fc.record({
    counted: fc.integer({ min: 0, max: transmissionGuard }),
    answer: fc.option(fc.integer({ min: 0, max: transmissionGuard }), { nil: undefined }),
    idle: fc.integer({ min: 0, max: 30_000 }),
  }),
  { minLength: 1, maxLength: 40 },
);
/** What a device has transmitted, in order of `until`. */
const histories = fc
  .array(
    fc.record({ at: fc.nat(1_000_000), took: fc.nat(transmissionGuard) }).map(({ at, took }) => ({
      at,
      until: at + took,
    })),
    { maxLength: 30 },
  )
  .map((all) => all.toSorted((a, b) => a.until - b.until));
const inOrder = (history: readonly Transmission[]) => history.toSorted((a, b) => a.until - b.until);

/** The most of `times` in any closed window of that length: it is enough to let it begin at each of them. */
const most = (times: readonly number[], window: number): number =>
  Math.max(
    0,
    ...times.map((start) => times.filter((t) => t >= start && t <= start + window).length),
  );

describe('earliestSend', () => {
  test('no sliding window ever holds more than its cap, whenever the network counted each message', () => {
    // Guards invariant 9: a device that sends as early as it may, with answers as late as they come, or none.
    fc.assert(
      fc.property(policies, fates, (policy, messages) => {
        let now = 0;
        const history: Transmission[] = [];
        const counted: number[] = [];
        for (const [index, fate] of messages.entries()) {
          now = Math.max(now, earliestSend(inOrder(history), policy, `device:${index}`));
          const at = now;
          const answeredAt =
            fate.answer === undefined
              ? undefined
              : Math.min(at + fate.counted + fate.answer, at + transmissionGuard);
          counted.push(at + Math.min(fate.counted, (answeredAt ?? Infinity) - at));
          history.push({ at, until: answeredAt ?? at + transmissionGuard });
          // One message at a time: the next is decided after this one's answer, or when it is given up.
          now = (answeredAt ?? at + transmissionGuard) + fate.idle;
        }
        for (const { max, window } of policy.caps) {
          expect(most(counted, window)).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a cap is used to the full: with answers at once, every window is filled', () => {
    const policy: PacingPolicy = {
      caps: [{ max: 5, window: durationMs(60_000) }],
      gap: { min: durationMs(0), max: durationMs(0) },
    };
    const history: Transmission[] = [];
    for (let n = 0; n < 50; n += 1) {
      const at = Math.max(0, earliestSend(history, policy, `${n}`));
      history.push({ at, until: at });
    }
    expect(history.filter(({ at }) => at <= 60_000)).toHaveLength(5);
    expect(history.at(-1)?.at).toBe(9 * 60_001);
  });

  test('is never earlier for a longer history: one more in the past only delays', () => {
    fc.assert(
      fc.property(policies, histories, fc.nat(1_000_000), (policy, history, older) => {
        // Added before all others, so that the last one and its gap stay the same.
        const first = Math.min(older, history[0]?.at ?? older, history[0]?.until ?? older);
        const longer = [{ at: first, until: first }, ...history];
        expect(earliestSend(longer, policy, 'key')).toBeGreaterThanOrEqual(
          earliestSend(history, policy, 'key'),
        );
      }),
    );
  });

  test('is never earlier for a later count: an answer that never came delays', () => {
    fc.assert(
      fc.property(policies, histories, fc.nat(transmissionGuard), (policy, history, more) => {
        const later = history.map(({ at, until }) => ({ at, until: until + more }));
        expect(earliestSend(later, policy, 'key')).toBeGreaterThanOrEqual(
          earliestSend(history, policy, 'key'),
        );
      }),
    );
  });

  test('is never earlier under a stricter policy', () => {
    fc.assert(
      fc.property(policies, histories, (policy, history) => {
        const caps = policy.caps.map(({ max, window }) => ({ max: Math.max(1, max - 1), window }));
        expect(earliestSend(history, { ...policy, caps }, 'key')).toBeGreaterThanOrEqual(
          earliestSend(history, policy, 'key'),
        );
      }),
    );
  });

  test('keeps the gap after the last message, within its bounds; the same key draws the same', () => {
    fc.assert(
      fc.property(policies, fc.nat(1_000_000), fc.string(), ({ gap }, at, key) => {
        const policy = { caps: [{ max: 1_000, window: durationMs(1_000) }], gap };
        const earliest = earliestSend([{ at, until: at }], policy, key);
        expect(earliest).toBeGreaterThanOrEqual(at + gap.min);
        expect(earliest).toBeLessThanOrEqual(at + gap.max);
        expect(earliestSend([{ at, until: at }], policy, key)).toBe(earliest);
      }),
    );
  });

  test('gaps differ from message to message, over their whole range', () => {
    // Guards: a device that sends like a machine, at the same pause each time.
    const gap = { min: durationMs(5_000), max: durationMs(15_000) };
    const policy = { caps: [{ max: 1_000, window: durationMs(1_000) }], gap };
    const drawn = Array.from({ length: 1_000 }, (_, n) =>
      earliestSend([{ at: 0, until: 0 }], policy, `7:${n}`),
    );
    expect(new Set(drawn).size).toBeGreaterThan(900);
    expect(Math.min(...drawn)).toBeLessThan(5_100);
    expect(Math.max(...drawn)).toBeGreaterThan(14_900);
  });

  test('a device without history may send at once', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(earliestSend([], policy, 'key')).toBe(Number.NEGATIVE_INFINITY);
      }),
    );
  });

  test('two messages a window apart to the millisecond count together', () => {
    const window = durationMs(60_000);
    const gap = { min: durationMs(0), max: durationMs(0) };
    const earliest = earliestSend(
      [{ at: 0, until: 0 }],
      { caps: [{ max: 1, window }], gap },
      'key',
    );
    expect(earliest).toBe(60_001);
  });
});

test('longestWindow reaches over every cap and the gap', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      const longest = longestWindow(policy);
      expect(longest).toBeGreaterThanOrEqual(policy.gap.max);
      for (const { window } of policy.caps) expect(longest).toBeGreaterThanOrEqual(window);
    }),
  );
});
