import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import { fault, find, kinds, log, number, one, plan, send, two, without } from './run-builder.ts';

const late = ['sent_while_paused'];
const byeEve = (at: number) => [...without('Bye Eve'), send(at, 'Bye Eve')];
const pause = (at: number, devices: readonly string[] = [two]) =>
  ({ at, action: 'pause', devices }) as const;
const resume = (at: number) => ({ at, action: 'resume', devices: [two] }) as const;

describe('a paused device', () => {
  // Guards against a pause that only some of the ways to a send respect.
  it('sends nothing but what was decided before', () => {
    expect(find(byeEve(6_001), { actions: log(pause(1_000)) })).toEqual([
      expect.objectContaining({ kind: 'sent_while_paused', n: [8], device: two }),
    ]);
    expect(kinds(byeEve(6_000), { actions: log(pause(1_000)) })).toEqual([]);
    expect(kinds(byeEve(6_001), { actions: log(pause(1_020, [one])) })).toEqual([]);
    expect(kinds(byeEve(2_001), { actions: log(pause(1_000)), pauseGraceMs: 1_000 })).toEqual(late);
  });

  it('sends again from the instant it is resumed', () => {
    const actions = log(pause(1_000), resume(60_000));
    expect(kinds(byeEve(59_999), { actions })).toEqual(late);
    expect(kinds(byeEve(60_000), { actions })).toEqual([]);
    expect(
      kinds(byeEve(70_000), { actions: log(pause(1_000), pause(2_000), resume(3_000)) }),
    ).toEqual([]);
    expect(kinds(byeEve(10_000), { actions: log(pause(1_000), pause(9_000)) })).toEqual(late);
  });

  it('may send what a fault held back, up to 25 s after that', () => {
    const actions = log(pause(1_000), fault('worker_stopped', { from: 900, until: 8_000 }, [two]));
    expect(kinds(byeEve(33_000), { actions })).toEqual([]);
    expect(kinds(byeEve(33_001), { actions })).toEqual(late);
    const redis = log(pause(1_000), fault('redis_restarted', { from: 900, until: 8_000 }, 'all'));
    expect(kinds(byeEve(6_001), { actions: redis })).toEqual(late);
  });

  it('owes nothing while nobody resumes it, but leaves no gap', () => {
    expect(kinds(without('Bye Eve'), { actions: log(pause(1_000)) })).toEqual([]);
    expect(kinds(without('Bye Eve'), { actions: log(pause(1_000), resume(3_000)) })).toEqual([
      'step_missing',
    ]);
  });

  it('has its latest message told, in time or not', () => {
    const { figures } = judge(plan, number(byeEve(3_500)), { actions: log(pause(1_000)) });
    expect(figures).toMatchObject({ pauses: 1, sentInPauses: 1, latestInPause_ms: 2_500 });
  });
});
