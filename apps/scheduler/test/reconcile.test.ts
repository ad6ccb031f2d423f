import type { DeviceId, SequenceContactId } from '@dripfleet/domain';
import { isSentinelSet, setSentinel } from '@dripfleet/queue';
import { addDevice, addRuns, addSequence } from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processTriggers } from '../src/process-triggers.ts';
import { reconcile } from '../src/reconcile.ts';
import { type Bench, openBench } from './scheduler-fixture.ts';

let bench: Bench;
let device: DeviceId;
let rows: readonly SequenceContactId[];

/** Four rows of one device, queued with their jobs. */
beforeEach(async () => {
  bench = await openBench();
  device = await addDevice(bench.store);
  const sequence = await addSequence(bench.store);
  rows = await addRuns(bench.store, { device, sequence, count: 4 });
  await processTriggers('all', bench.triggers());
  await setSentinel(bench.redis);
  bench.events.length = 0;
});
afterEach(async () => await bench.close());

/** Rows count as queued since so long. */
const age = async (seconds: number, ids: readonly SequenceContactId[] = rows) =>
  await bench.store.sql(
    `update sequence_contacts set worker_assigned_at = now() - $1 * interval '1 s' where id = any($2)`,
    [seconds, ids],
  );
const loseJob = async (id: SequenceContactId, list: 'wait' | 'active' = 'wait') =>
  await bench.redis.lrem(`bull:device-${device}:${list}`, 0, `sc_${id}_1`);
const states = async () => {
  const found = await bench.store.sql<{ dispatch_state: string }>(
    'select dispatch_state from sequence_contacts order by id',
  );
  return found.map((row) => row.dispatch_state);
};

describe('while Redis keeps what it was given', () => {
  test('a row queued for longer than 60 s without a job goes back to idle; one with a job stays', async () => {
    // Guards: a scheduler killed between the commit and the enqueue; its rows would never be sent.
    const [lost, , , young] = rows;
    if (lost === undefined || young === undefined) throw new Error('no rows');
    await age(61);
    await age(59, [young]);
    await loseJob(lost);
    await loseJob(young);
    expect(await reconcile(bench.reconciling())).toEqual([device]);
    expect(await states()).toEqual(['idle', 'queued', 'queued', 'queued']);
    expect(bench.events).toEqual([{ kind: 'jobs.reconciled', rows: 1, cause: 'lost' }]);
  });

  test('a job counts wherever it is: in hand, delayed or prioritized', async () => {
    const [active, delayed, prioritized, waiting] = rows;
    await age(3_600);
    const list = (part: string) => `bull:device-${device}:${part}`;
    for (const id of [active, delayed, prioritized]) if (id !== undefined) await loseJob(id);
    await bench.redis.lpush(list('active'), `sc_${active}_1`);
    await bench.redis.zadd(list('delayed'), 1, `sc_${delayed}_1`);
    await bench.redis.zadd(list('prioritized'), 1, `sc_${prioritized}_1`);
    expect(waiting).toBeDefined();
    expect(await reconcile(bench.reconciling())).toEqual([]);
    expect(await states()).toEqual(['queued', 'queued', 'queued', 'queued']);
  });

  test('the job of an older dispatch is no job', async () => {
    await bench.store.sql('update sequence_contacts set dispatch_seq = 2');
    await age(61);
    expect(await reconcile(bench.reconciling())).toEqual([device]);
    expect(await states()).toEqual(['idle', 'idle', 'idle', 'idle']);
  });

  test('a row that was taken up while reconcile looked keeps its state', async () => {
    const [lost] = rows;
    if (lost === undefined) throw new Error('no rows');
    await age(61);
    await loseJob(lost);
    const deps = bench.reconciling();
    const raced = {
      ...deps,
      findJobIds: async (ids: readonly DeviceId[]) => {
        const found = await deps.findJobIds(ids);
        await bench.store.sql(
          `update sequence_contacts set dispatch_state = 'sending' where id = $1`,
          [lost],
        );
        return found;
      },
    };
    expect(await reconcile(raced)).toEqual([]);
    expect(await states()).toEqual(['sending', 'queued', 'queued', 'queued']);
  });
});

describe('when Redis was emptied', () => {
  test('all queued rows go back at once, whatever their age, and only then is the sentinel set again', async () => {
    // Guards R7: the backlog waiting for its 60 s, or for ever when the scheduler crashed in between.
    await bench.redis.flushdb();
    const deps = bench.reconciling();
    let setWhenReturned: boolean | undefined;
    const devices = await reconcile({
      ...deps,
      returnToIdle: async (lost) => {
        setWhenReturned = await isSentinelSet(bench.redis);
        return await deps.returnToIdle(lost);
      },
    });
    expect(devices).toEqual([device]);
    expect(await states()).toEqual(['idle', 'idle', 'idle', 'idle']);
    expect(setWhenReturned).toBe(false);
    expect(await isSentinelSet(bench.redis)).toBe(true);
    expect(bench.events).toEqual([{ kind: 'jobs.reconciled', rows: 4, cause: 'redis_emptied' }]);
  });

  test('a crash on the way leaves the sentinel unset: the next one does it again', async () => {
    await bench.redis.flushdb();
    const deps = bench.reconciling();
    const crash = () => Promise.reject(new Error('crash'));
    await expect(reconcile({ ...deps, returnToIdle: crash })).rejects.toThrow('crash');
    expect(await isSentinelSet(bench.redis)).toBe(false);
    expect(await reconcile(bench.reconciling())).toEqual([device]);
  });

  test('the rows are queued anew, under another dispatch, with fresh jobs', async () => {
    await bench.redis.flushdb();
    await reconcile(bench.reconciling());
    expect(await processTriggers('all', bench.triggers())).toBe(4);
    const jobs = await bench.redis.lrange(`bull:device-${device}:wait`, 0, -1);
    expect(jobs.toSorted()).toEqual(rows.map((id) => `sc_${id}_2`).toSorted());
  });

  test('jobs that were put there since are left alone', async () => {
    await bench.redis.del('dripfleet:sentinel');
    expect(await reconcile(bench.reconciling())).toEqual([]);
    expect(await states()).toEqual(['queued', 'queued', 'queued', 'queued']);
    expect(await isSentinelSet(bench.redis)).toBe(true);
  });
});
