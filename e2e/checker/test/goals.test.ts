import { describe, expect, it } from 'vitest';
import { formatVerdict } from '../format-verdict.ts';
import { judge, type Verdict } from '../judge.ts';
import type { JudgeOptions } from '../judge-options.ts';
import {
  ack,
  connect,
  disconnect,
  fault,
  goodRun,
  type Line,
  log,
  number,
  one,
  plan,
  send,
  two,
  without,
} from './run-builder.ts';

const goalOf = (lines: readonly Line[], id: string, options: JudgeOptions = {}) =>
  judge(plan, number(lines), options).goals.find((goal) => goal.id === id);

const timed = { goals: new Set(['r5'] as const) };

describe('the take-over from a killed worker', () => {
  /** Both devices are in the middle of their contacts at 600; Bye Ben and Bye Eve come after. */
  const killed = (...connects: Line[]) => [
    ...goodRun().filter((line) => line.at < 600),
    disconnect(620, one, 1),
    disconnect(620, two, 2),
    ...connects,
    send(90_000, 'Bye Ben', { conn: 3 }),
    send(90_000, 'Bye Eve', { conn: 4 }),
  ];
  const actions = log(fault('worker_killed', { from: 600, until: 5_000 }, 'all'));

  it('is measured from the kill to the first and the last device that had work', () => {
    const run = killed(connect(20_600, one, 3), connect(40_600, two, 4), connect(50_000, one, 5));
    expect(judge(plan, number(run), { actions }).figures.takeOvers).toEqual({
      kills: 1,
      awaited: 2,
      back: 2,
      first_ms: [20_000],
      last_ms: [40_000],
    });
    expect(goalOf(run, 'R5', { actions })?.outcome).toBe('measured');
  });

  it.each([
    [20_600, 60_600, 'held'],
    [28_601, 60_600, 'broken'],
    [20_600, 60_601, 'broken'],
  ])('in time or not, if asked: first at %i, last at %i: %s', (first, last, outcome) => {
    const run = killed(connect(first, one, 3), connect(last, two, 4));
    const verdict = judge(plan, number(run), { actions, ...timed });
    expect(verdict.goals.find(({ id }) => id === 'R5')?.outcome).toBe(outcome);
    expect(verdict.ok).toBe(outcome === 'held');
  });

  // A device with nothing to send is not in a hurry, and would spoil the figure of those that are.
  it('does not count devices without work, paused ones, or those of others', () => {
    const run = killed(connect(20_600, one, 3), connect(60_600, two, 4));
    const back = (given: typeof actions) =>
      judge(plan, number(run), { actions: given }).figures.takeOvers.last_ms;
    expect(back(log(fault('worker_killed', { from: 600 }, [one])))).toEqual([20_000]);
    const paused = { at: 500, action: 'pause', devices: [two] } as const;
    expect(back(log(paused, fault('worker_killed', { from: 600 }, 'all')))).toEqual([20_000]);
    expect(back(log(fault('worker_killed', { from: 1 }, 'all')))).toEqual([]);
    const over = [...goodRun(), connect(20_600, one, 3)];
    const late = log(fault('worker_killed', { from: 3_000 }, 'all'));
    expect(judge(plan, number(over), { actions: late }).figures.takeOvers.awaited).toBe(0);
  });

  it('is not reached, if asked for where nobody was killed', () => {
    expect(goalOf(goodRun(), 'R5', { actions: log(), ...timed })?.outcome).toBe('broken');
    expect(goalOf(goodRun(), 'R5')?.outcome).toBe('not_judged');
  });
});

describe('a shutdown', () => {
  const ended = log(fault('worker_terminated', { from: 900, until: 3_000 }));
  const r6 = { goals: new Set(['r6'] as const) };
  const cutOff = (lines: readonly Line[], actions = ended) =>
    judge(plan, number(lines), { actions }).figures.shutdowns.cutOff.length;
  const acked = [ack(15, 'Hi Ana'), ack(25, 'Hi Ben'), ack(505, 'Bye Ana')];
  const goesAway = (at: number) => [...goodRun(), ...acked, disconnect(at, one, 1)];

  it('lasts until its process has ended', () => {
    const verdict = judge(plan, number(goodRun()), { actions: ended });
    expect(verdict.figures.shutdowns).toEqual({ shutdowns: 1, duration_ms: [2_100], cutOff: [] });
    const within = (until: number) =>
      goalOf(goodRun(), 'R6', {
        actions: log(fault('worker_terminated', { from: 0, until })),
        ...r6,
      })?.outcome;
    expect(within(45_000)).toBe('held');
    expect(within(45_001)).toBe('broken');
  });

  // Guards against a worker that leaves in the middle of a send, so that the next one must send it again.
  it('cuts off a message whose connection ends before its ack', () => {
    expect(cutOff(goesAway(1_020))).toBe(1);
    expect(goalOf(goesAway(1_020), 'R6', { actions: ended, ...r6 })?.outcome).toBe('broken');
    expect(goalOf(goesAway(1_020), 'R6', { actions: ended })?.outcome).toBe('measured');
  });

  it('cuts off nothing that was acked, ended at another time, or was another fault', () => {
    expect(cutOff([...goesAway(1_020), ack(1_015, 'Bye Ben')])).toBe(0);
    expect(cutOff(goesAway(3_001))).toBe(0);
    expect(cutOff(goesAway(1_020), log(fault('worker_terminated', { from: 0, until: 999 })))).toBe(
      0,
    );
    const other = fault('worker_terminated', { from: 900, until: 3_000 }, [two]);
    expect(cutOff(goesAway(1_020), log(other))).toBe(0);
    const otherConnection = connect(1_005, one, 3);
    const onIt = [...without('Bye Ben'), ...acked, send(1_010, 'Bye Ben', { conn: 3 })];
    expect(cutOff([...onIt, otherConnection, disconnect(1_020, one, 1)])).toBe(0);
    const unanswered = fault('rule_no_ack', { number: 2, from: 1_000, until: 1_015 });
    expect(
      cutOff(goesAway(1_020), [
        ...log(fault('worker_terminated', { from: 900, until: 3_000 }), unanswered),
      ]),
    ).toBe(0);
  });
});

describe('the verdict', () => {
  const text = (verdict: Verdict) =>
    formatVerdict(verdict, { partial: false, repeatsJudged: true });

  it('comes first, then the goals with their figures, then the rules', () => {
    const actions = log(
      fault('worker_killed', { from: 600 }, [one]),
      fault('redis_restarted', { number: 2, from: 700, until: 800 }, 'all'),
      fault('operator_pause', { number: 3, from: 900 }, []),
    );
    const verdict = judge(plan, number([...goodRun(), send(2_500, 'Bye Ben')]), { actions });
    expect(verdict.figures.faults).toEqual({
      injected: 2,
      operatorActions: 1,
      devicesStruck: 3,
      byKind: { worker_killed: 1, redis_restarted: 1, operator_pause: 1 },
    });
    const lines = text(verdict).split('\n');
    expect(lines.slice(0, 8).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '✓ every step once, in order, within the caps',
      '',
      '✓ R1 once, in order, within all limits 7 sends, 2 faults, 3 devices struck, no windows in the plan',
      '· R2 the same under a virtual clock the simulation judges it',
      '✓ R3 same-id repeats 1 repeats, 1 explained by a fault each',
      '✓ R4 one owner of each device 0 conflicts explained by a fault, 0 late frames explained',
      '· R5 take-over from a killed worker 1 workers killed, 1 devices with work, 0 back, nothing to measure',
      '· R6 shutdown 0 workers ended by SIGTERM, 0 sends cut off, nothing to measure',
    ]);
    expect(text(verdict)).toMatch(/worker_killed +1 +1 repeat$/m);
  });

  it('names the goals that do not hold', () => {
    const verdict = judge(plan, number([...without('Bye Eve'), connect(3_000, one, 9)]), {
      actions: log(),
    });
    const [first] = text(verdict).split('\n');
    expect(first).toBe('✗ 2 violations: R1, R4 not held');
    expect(text(verdict)).toContain('1 step_missing');
    expect(text(verdict)).toContain('step 2 of 2 was never accepted');
  });

  it('says of a run without a log of actions that faults are unknown', () => {
    expect(goalOf(goodRun(), 'R3')).toMatchObject({
      outcome: 'measured',
      remarks: ['no log of faults'],
    });
  });
});
