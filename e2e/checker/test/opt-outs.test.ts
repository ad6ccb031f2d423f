import { describe, expect, it } from 'vitest';
import { judge } from '../judge.ts';
import {
  connect,
  disconnect,
  eve,
  fault,
  find,
  goodRun,
  kinds,
  type Line,
  log,
  number,
  one,
  plan,
  say,
  send,
  two,
  without,
} from './run-builder.ts';

const late = ['sent_after_opt_out'];
const byeEve = (at: number, changes: Parameters<typeof send>[2] = {}) => [
  ...without('Bye Eve'),
  send(at, 'Bye Eve', changes),
];
/** Eve writes to her own device. */
const stop = (at: number): Line => ({ at, event: 'inbound', device: two, from: eve, text: 'STOP' });

describe('a STOP', () => {
  it('counts from the instant it was written, if the device has a connection', () => {
    expect(kinds([...byeEve(2_001), stop(1_000)])).toEqual(late);
    expect(kinds([...byeEve(2_000), stop(1_000)])).toEqual([]);
  });

  // The network keeps it until the device is there again; until then nobody can know of it.
  it('counts from the next connection of the device, if it has none', () => {
    const away = [disconnect(100, one, 1), say(400, eve), connect(1_990, one, 3)];
    const run = (at: number) => [
      ...byeEve(at).map((line) =>
        line.at > 100 && line.event === 'message' && line.device === one
          ? { ...line, at: line.at + 2_000, conn: 3 }
          : line,
      ),
      ...away,
    ];
    expect(kinds(run(2_990))).toEqual([]);
    expect(find(run(2_991))).toEqual([
      expect.objectContaining({
        kind: 'sent_after_opt_out',
        detail: "step 2 went out 1001 ms after the contact's STOP was heard",
      }),
    ]);
  });

  it('counts not at all while the device it was written to never connects', () => {
    const run = [...byeEve(5_000), disconnect(1_200, one, 1), say(1_300, eve)];
    const verdict = judge(plan, number(run));
    expect(verdict.violations).toEqual([]);
    expect(verdict.figures).toMatchObject({ optOuts: 1, optOutsUnheard: 1 });
  });

  describe('that comes while a fault strikes the device', () => {
    const stopped = log(fault('worker_stopped', { from: 900, until: 10_000 }, [two]));

    // A process that was stopped reads it when it goes on; what it had decided may leave first.
    it('counts from the end of the fault, and what was decided before has 25 s more', () => {
      expect(kinds([...byeEve(35_000), stop(1_000)], { actions: stopped })).toEqual([]);
      expect(kinds([...byeEve(35_001), stop(1_000)], { actions: stopped })).toEqual(late);
      expect(kinds([...byeEve(35_001), stop(1_000)])).toEqual(late);
    });

    // Guards against a judge that excuses everybody because somebody was struck.
    it.each([
      ['another device', fault('worker_stopped', { from: 900, until: 10_000 }, [one])],
      ['Redis', fault('redis_restarted', { from: 900, until: 10_000 }, 'all')],
      ['it that was over a second before', fault('worker_stalled', { from: 0, until: 99 }, [two])],
      ['it that began a second later', fault('worker_stalled', { from: 2_101 }, [two])],
    ])('is excused by no fault of %s', (_what, struck) => {
      expect(kinds([...byeEve(2_500), stop(1_100)], { actions: log(struck) })).toEqual(late);
    });

    it.each([
      ['was over within the second before', fault('worker_stalled', { until: 100 }, [two])],
      ['began within the second after', fault('network_cut', { from: 2_100 }, [two])],
    ])('is excused by one that %s', (_what, struck) => {
      expect(kinds([...byeEve(2_500), stop(1_100)], { actions: log(struck) })).toEqual([]);
    });

    const died = [stop(1_000), disconnect(5_000, two, 2), connect(5_100, two, 3)];

    it('is lost if its connection ended before, where the network keeps nothing', () => {
      const verdict = judge(plan, number([...byeEve(80_000, { conn: 3 }), ...died]), {
        actions: stopped,
      });
      expect(verdict.violations).toEqual([]);
      expect(verdict.figures).toMatchObject({ optOuts: 1, optOutsUnheard: 1 });
    });

    it('comes again with the next connection, where the network keeps it', () => {
      const options = { actions: stopped, stopsAreKept: true };
      expect(kinds([...byeEve(35_001, { conn: 3 }), ...died], options)).toEqual(late);
      const healed = [stop(1_000), disconnect(5_000, two, 2), connect(12_000, two, 3)];
      expect(kinds([...byeEve(13_000, { conn: 3 }), ...healed], options)).toEqual([]);
      expect(kinds([...byeEve(13_001, { conn: 3 }), ...healed], options)).toEqual(late);
    });

    it('counts if the contact says it again', () => {
      const again = [...died, stop(40_000)];
      expect(kinds([...byeEve(41_001, { conn: 3 }), ...again], { actions: stopped })).toEqual(late);
      expect(kinds([...byeEve(41_000, { conn: 3 }), ...again], { actions: stopped })).toEqual([]);
    });
  });
});

describe('an operator who suppresses a number', () => {
  const suppressed = (at: number) => log({ at, action: 'opt_out', to: eve });

  it('stops what was not decided before', () => {
    expect(find(byeEve(7_001), { actions: suppressed(2_000) })).toEqual([
      expect.objectContaining({ kind: 'sent_after_opt_out', n: [8], to: eve, step: 2 }),
    ]);
    const verdict = judge(plan, number(byeEve(7_000)), { actions: suppressed(2_000) });
    expect(verdict.violations).toEqual([]);
    expect(verdict.figures).toMatchObject({
      optOuts: 1,
      optOutsByOperator: 1,
      latestAfterOptOut_ms: 5_000,
    });
    expect(kinds(byeEve(7_000), { actions: suppressed(2_000), pauseGraceMs: 4_999 })).toEqual(late);
  });

  it('leaves the rest of the steps unowed, but no gap', () => {
    expect(kinds(without('Bye Eve'), { actions: suppressed(2_000) })).toEqual([]);
    expect(kinds(without('Hi Eve'), { actions: suppressed(2_000) })).toEqual(['step_missing']);
    expect(kinds(goodRun(), { actions: suppressed(2_000) })).toEqual([]);
  });
});
