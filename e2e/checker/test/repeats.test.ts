import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { fault, find, goodRun, kinds, log, number, one, plan, send, two } from './run-builder.ts';

// Bye Ben goes out at 1 010 from device one, and again when its fault is long over or still on.
const repeatAt = (at: number) => [...goodRun(), send(at, 'Bye Ben')];
const unexplained = ['unexplained_repeat'];

describe('a repeat of the same id', () => {
  // Guards against a verdict that takes every repeat for granted because there were faults at all.
  it('needs a fault of its device, when the faults are known', () => {
    expect(find(repeatAt(2_500), { actions: log() })).toEqual([
      expect.objectContaining({ kind: 'unexplained_repeat', n: [7, 9], device: one }),
    ]);
    const actions = log(fault('worker_killed', { from: 1_500 }));
    expect(kinds(repeatAt(2_500), { actions })).toEqual([]);
    expect(
      kinds(repeatAt(2_500), { actions: log(fault('worker_killed', { from: 1_500 }, [two])) }),
    ).toEqual(unexplained);
    expect(
      kinds(repeatAt(2_500), { actions: log(fault('network_cut', { from: 1_500 }, 'all')) }),
    ).toEqual([]);
  });

  it('is explained by a fault that touches the time between the two, and the minute after it', () => {
    const faultGraceMs = 100;
    const between = (from: number, until: number) => ({
      actions: log(fault('network_black_hole', { from, until })),
      faultGraceMs,
    });
    expect(kinds(repeatAt(2_500), between(0, 910))).toEqual([]);
    expect(kinds(repeatAt(2_500), between(0, 909))).toEqual(unexplained);
    expect(kinds(repeatAt(2_500), between(2_500, 2_600))).toEqual([]);
    expect(kinds(repeatAt(2_500), between(2_501, 2_600))).toEqual(unexplained);
    expect(
      kinds(repeatAt(63_000), { actions: log(fault('rule_no_ack', { from: 1_000 })) }),
    ).toEqual([]);
  });

  // Nothing between a write and its recorded ack asks Redis, a scheduler or an operator.
  it.each(['redis_restarted', 'scheduler_killed', 'operator_pause'])(
    'is not explained by %s',
    (kind) => {
      const actions = log(fault(kind, { from: 1_000, until: 2_600 }, 'all'));
      expect(kinds(repeatAt(2_500), { actions })).toEqual(unexplained);
    },
  );

  it.each(['worker_stalled', 'worker_clock', 'postgres_restarted', 'network_cut', 'rule_close'])(
    'is explained by %s',
    (kind) => {
      const actions = log(fault(kind, { from: 1_000, until: 2_600 }));
      expect(kinds(repeatAt(2_500), { actions })).toEqual([]);
    },
  );

  // Guards against a sender that repeats a message again and again, all excused by one fault.
  it('needs a fault of its own, though one fault explains repeats of many ids', () => {
    const first = fault('worker_killed', { from: 1_500 });
    const second = fault('worker_killed', { number: 2, from: 2_000 });
    const twice = [...repeatAt(2_500), send(4_000, 'Bye Ben')];
    expect(kinds(twice, { actions: log(first) })).toEqual(unexplained);
    expect(kinds(twice, { actions: log(first, second) })).toEqual([]);
    const others = [...repeatAt(2_500), send(4_000, 'Hi Ben'), send(5_100, 'Bye Ana')];
    expect(kinds(others, { actions: log(first) })).toEqual([]);
  });

  it('is counted by the kind of its fault', () => {
    const actions = log(fault('worker_killed', { from: 1_500 }));
    const run = number([...repeatAt(2_500), send(4_000, 'Bye Ben')]);
    expect(judge(plan, run, { actions }).figures).toMatchObject({
      repeats: 2,
      repeatsExplained: 1,
      repeatsUnexplained: 1,
      repeatsByFault: { worker_killed: 1 },
    });
  });

  // The rule takes the first fault that fits; a matching that could be better would accuse the innocent.
  it('is explained whenever each can have a fault of its own, however they lie', () => {
    const time = fc.nat({ max: 40 });
    const faults = fc.array(fc.record({ from: time, lasts: fc.nat({ max: 10 }) }), {
      maxLength: 5,
    });
    const repeats = fc.array(time, { maxLength: 4 });
    fc.assert(
      fc.property(faults, repeats, fc.nat({ max: 8 }), (given, times, faultGraceMs) => {
        const spans = given.map(({ from, lasts }) => ({
          from,
          until: from + lasts + faultGraceMs,
        }));
        const actions = log(
          ...given.map(({ from, lasts }, i) =>
            fault('network_cut', { number: i + 1, from, until: from + lasts }),
          ),
        );
        const ordered = times.map((at) => at + 5).toSorted((a, b) => a - b);
        const lines = number([5, ...ordered].map((at) => send(at, 'Hi Ana')));
        const { figures } = judge(plan, lines, { actions, faultGraceMs });
        const fits = ordered.map((at) =>
          spans.flatMap(({ from, until }, i) => (from <= at && until >= 5 ? [i] : [])),
        );
        expect(figures.repeatsExplained).toBe(mostMatched(fits));
      }),
      { numRuns: 500 },
    );
  });
});

/** The most repeats that can have a fault each, by trying everything. */
function mostMatched(
  [choices, ...rest]: readonly (readonly number[])[],
  used: readonly number[] = [],
): number {
  if (choices === undefined) return 0;
  const taken = choices
    .filter((choice) => !used.includes(choice))
    .map((choice) => 1 + mostMatched(rest, [...used, choice]));
  return Math.max(mostMatched(rest, used), ...taken);
}
