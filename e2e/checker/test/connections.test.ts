import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import {
  connect,
  disconnect,
  fault,
  goodRun,
  kinds,
  log,
  number,
  one,
  plan,
  send,
  two,
} from './run-builder.ts';

const replaced = [
  ...goodRun(),
  { at: 30_000, event: 'conflict', device: one, conn: 1 } as const,
  disconnect(30_000, one, 1),
  connect(30_000, one, 3),
];

describe('a connection that another replaces', () => {
  // Guards against owners who do not close what they no longer own.
  it('is a violation, unless a fault of the device kept its owner from closing it', () => {
    expect(kinds(replaced)).toEqual(['conflict']);
    const actions = log(fault('worker_stopped', { from: 3_000, until: 60_000 }));
    const verdict = judge(plan, number(replaced), { actions });
    expect(verdict.violations).toEqual([]);
    expect(verdict.figures).toMatchObject({ conflicts: 1, conflictsExplained: 1 });
    const other = log(fault('worker_stopped', { from: 3_000, until: 60_000 }, [two]));
    expect(kinds(replaced, { actions: other })).toEqual(['conflict']);
  });

  it.each([
    ['worker_killed', []],
    ['worker_stopped', []],
    ['worker_stalled', []],
    ['worker_clock', []],
    ['network_half_open', []],
    ['postgres_black_hole', []],
    ['worker_terminated', ['conflict']],
    ['postgres_restarted', ['conflict']],
    ['redis_restarted', ['conflict']],
    ['scheduler_killed', ['conflict']],
    ['rule_close', ['conflict']],
  ])('at the time of %s: %j', (kind, found) => {
    expect(kinds(replaced, { actions: log(fault(kind, { from: 20_000, until: 25_000 })) })).toEqual(
      found,
    );
  });

  it('is explained for a while after the fault, and never by one that comes later', () => {
    const options = { faultGraceMs: 5_000 };
    const until = (ms: number) => log(fault('network_cut', { from: 1, until: ms }));
    expect(kinds(replaced, { ...options, actions: until(25_000) })).toEqual([]);
    expect(kinds(replaced, { ...options, actions: until(24_999) })).toEqual(['conflict']);
    const later = log(fault('network_cut', { from: 30_001, until: 40_000 }));
    expect(kinds(replaced, { ...options, actions: later })).toEqual(['conflict']);
  });
});

describe('a message on a connection that is not the live one', () => {
  const late = [
    ...goodRun(),
    disconnect(2_400, one, 1),
    connect(2_500, one, 3),
    send(2_600, 'Bye Ben', { outcome: 'dropped' }),
  ];

  // The line may hand over what it kept long after its sender was cut off.
  it('is explained by a fault if the network dropped it', () => {
    const actions = log(fault('network_delayed', { from: 1_000, until: 2_550 }));
    expect(kinds(late)).toEqual(['frame_of_non_owner']);
    expect(kinds(late, { actions })).toEqual([]);
    const { figures } = judge(plan, number(late), { actions });
    expect(figures.framesExplained).toBe(1);
  });

  it('is never explained if the network accepted it', () => {
    const run = [...goodRun(), disconnect(1_500, two, 2)];
    const actions = log(fault('network_delayed', { from: 1_000, until: 2_550 }, 'all'));
    expect(kinds(run, { actions })).toEqual(['frame_of_non_owner']);
  });
});
