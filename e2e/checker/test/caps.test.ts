import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import type { Cap, Plan } from '../plan.ts';
import { connect, log, number, one, send, two } from './run-builder.ts';

const text = (i: number) => `step ${i}`;
const planFor = (caps: readonly Cap[], steps: number): Plan => ({
  caps,
  devices: [one, two],
  contacts: [
    { to: '+15559990001', device: one, texts: Array.from({ length: steps }, (_, i) => text(i)) },
  ],
});

interface Change {
  readonly at: number;
  readonly caps: readonly Cap[];
}

function passed(times: readonly number[], caps: readonly Cap[], changes: readonly Change[]) {
  const lines = times.map((at, i) =>
    send(at, text(i), { to: '+15559990001', device: one, conn: 1 }),
  );
  const actions = log(changes.map((change) => ({ ...change, action: 'caps', devices: [one] })));
  const run = number([connect(0, one, 1), ...lines]);
  return judge(planFor(caps, times.length), run, { actions }).counts.cap_passed;
}

const three: Cap = { max: 3, windowMs: 1_000 };
const onlyOne: Cap = { max: 1, windowMs: 1_000 };

describe('caps that an operator changes', () => {
  it('hold from the change on, in every window that begins after it', () => {
    const change = { at: 1_000, caps: [onlyOne] };
    expect(passed([10, 20, 30, 2_000, 3_000], [three], [change])).toBe(0);
    expect(passed([10, 20, 30, 2_000, 2_999], [three], [change])).toBe(1);
    expect(passed([2_000, 2_999], [three], [])).toBe(0);
  });

  // What went out before was decided under the old cap: the window over the change may hold it all.
  it('leave a window over the change to the looser of the two', () => {
    const change = { at: 1_000, caps: [onlyOne] };
    expect(passed([900, 950, 1_100], [three], [change])).toBe(0);
    expect(passed([900, 950, 1_100, 1_200], [three], [change])).toBe(1);
    expect(passed([900, 1_000, 2_000], [onlyOne], [{ at: 1_000, caps: [three] }])).toBe(0);
    expect(passed([800, 900, 1_000], [onlyOne], [{ at: 1_000, caps: [three] }])).toBe(1);
  });

  it('of another length are compared over the same time', () => {
    const fiveInTwo = { max: 5, windowMs: 2_000 };
    const change = { at: 2_000, caps: [fiveInTwo] };
    // Three a second, twice, may fill two seconds; a seventh nobody allowed.
    expect(passed([1_010, 1_020, 1_030, 2_011, 2_021, 2_031], [three], [change])).toBe(0);
    expect(passed([1_010, 1_020, 1_030, 2_011, 2_021, 2_031, 2_041], [three], [change])).toBe(1);
  });

  it('are several at a time, of which the tightest counts', () => {
    const before = [three, { max: 4, windowMs: 2_000 }];
    const change = { at: 2_500, caps: [{ max: 1, windowMs: 2_000 }] };
    expect(passed([1_000, 1_010, 1_020, 2_510], before, [change])).toBe(0);
    expect(passed([1_000, 1_010, 1_020, 2_510, 2_520], before, [change])).toBe(1);
  });

  it('hold for nobody else', () => {
    const lines = [
      connect(0, two, 2),
      ...[2_000, 2_100].map((at, i) => send(at, text(i), { device: two })),
    ];
    const actions = log({ at: 1_000, action: 'caps', devices: [one], caps: [onlyOne] });
    const counts = (devices: string[]) =>
      judge(planFor([three], 2), number(lines), {
        actions: actions.map((action) => ({ ...action, devices })),
      }).counts.cap_passed;
    expect(counts([one])).toBe(0);
    expect(counts([two])).toBe(1);
  });

  it('have figures of their own', () => {
    const lines = [10, 20, 2_000].map((at, i) => send(at, text(i)));
    const actions = log({ at: 1_000, action: 'caps', devices: [one], caps: [onlyOne] });
    const { figures } = judge(planFor([three], 3), number([connect(0, one, 1), ...lines]), {
      actions,
    });
    expect(figures.caps).toEqual([
      { max: 3, window_ms: 1_000, maxInWindow: 2, devicesAtCap: [] },
      { max: 1, window_ms: 1_000, maxInWindow: 1, devicesAtCap: [one] },
    ]);
  });

  const cap = fc.record({
    max: fc.integer({ min: 1, max: 5 }),
    windowMs: fc.integer({ min: 5, max: 60 }),
  });
  const caps = fc.array(cap, { minLength: 1, maxLength: 2 });
  const changes = fc
    .array(fc.record({ at: fc.nat({ max: 300 }), caps }), { maxLength: 4 })
    .map((all) => all.toSorted((a, b) => a.at - b.at));

  // The judge must not accuse who sends as early as the caps in force at each instant allow.
  it('pass whoever keeps those in force at each instant, whatever they are', () => {
    fc.assert(
      fc.property(caps, changes, (first, later) => {
        const times = sendAll((t) => later.findLast(({ at }) => at <= t)?.caps ?? first);
        expect(passed(times, first, later)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  // One message is on its way at a time: it may have been decided just before the change, and arrive just after.
  it('pass a message that was decided under the caps before', () => {
    fc.assert(
      fc.property(caps, fc.record({ at: fc.nat({ max: 200 }), caps }), (first, change) => {
        const capsAt = (t: number) => (t < change.at ? first : change.caps);
        const decided = sendAll((t) => (t === change.at ? first : capsAt(t)), change.at + 60);
        expect(passed(decided, first, [change])).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it('catch whoever goes on as before, as soon as a window lies behind the change', () => {
    fc.assert(
      fc.property(caps, fc.record({ at: fc.nat({ max: 200 }), caps }), (first, change) => {
        const times = sendAll(() => first);
        const strictly = times.some((t) =>
          change.caps.some(
            ({ max, windowMs }) =>
              t - windowMs >= change.at &&
              times.filter((other) => other <= t && other > t - windowMs).length > max,
          ),
        );
        fc.pre(strictly);
        expect(passed(times, first, [change])).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });
});

/** Sends at every millisecond that the caps of that instant allow, each window counted anew. */
function sendAll(capsAt: (t: number) => readonly Cap[], end = 400): number[] {
  const times: number[] = [];
  for (let t = 1; t <= end; t += 1) {
    const full = capsAt(t).some(
      ({ max, windowMs }) => times.filter((other) => other > t - windowMs).length >= max,
    );
    if (!full) times.push(t);
  }
  return times;
}
