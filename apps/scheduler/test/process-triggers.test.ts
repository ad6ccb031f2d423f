import { findJobIds } from '@dripfleet/queue';
import { deviceId } from '@dripfleet/domain';
import { addDevice, addRuns, addSequence, startOwnRedis } from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processTriggers } from '../src/process-triggers.ts';
import { addFleet, type Bench, openBench } from './scheduler-fixture.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => await bench.close());

const states = async () =>
  await bench.store.sql(
    `select dispatch_state, dispatch_seq, count(*)::int as n from sequence_contacts group by 1, 2 order by 1, 2`,
  );

test('four schedulers at once queue each row once, and no device gets more than its room', async () => {
  // Guards R10: rows queued twice, and a room filled by each scheduler anew.
  await addFleet(bench.store, { devices: 300, rowsEach: 300 });
  const queued = await Promise.all(
    Array.from({ length: 4 }, () => processTriggers('all', bench.triggers())),
  );
  expect(queued.reduce((a, b) => a + b)).toBe(30_000);
  expect(await states()).toEqual([
    { dispatch_state: 'idle', dispatch_seq: 0, n: 60_000 },
    { dispatch_state: 'queued', dispatch_seq: 1, n: 30_000 },
  ]);
  const perDevice = await bench.store.sql(
    `select distinct count(*)::int as n from sequence_contacts where dispatch_state = 'queued' group by device_id`,
  );
  expect(perDevice).toEqual([{ n: 100 }]);
  const devices = await bench.store.sql<{ id: number }>('select id from devices');
  const jobs = await findJobIds(
    bench.redis,
    devices.map(({ id }) => deviceId(id)),
  );
  expect(jobs.size).toBe(30_000);
}, 60_000);

test('rows whose job Redis refused are idle again at once, the others stay queued', async () => {
  const [device, refused] = [await addDevice(bench.store), await addDevice(bench.store)];
  const sequence = await addSequence(bench.store);
  for (const one of [device, refused]) {
    await addRuns(bench.store, { device: one, sequence, count: 2 });
  }
  // The queue's own list under another type is how one device can fail alone.
  await bench.redis.set(`bull:device-${refused}:wait`, 'not a list');

  expect(await processTriggers('all', bench.triggers())).toBe(2);

  const rows = await bench.store.sql(
    'select distinct device_id, dispatch_state from sequence_contacts order by device_id',
  );
  expect(rows).toEqual([
    { device_id: device, dispatch_state: 'queued' },
    { device_id: refused, dispatch_state: 'idle' },
  ]);
  expect(bench.events).toContainEqual({ kind: 'enqueue.refused', rows: 2 });
});

test('one queue that refuses does not keep the shards behind it waiting', async () => {
  // Guards: a pass that ends at the first refusal, at every pass again, for one broken key.
  await addFleet(bench.store, { devices: 128, rowsEach: 1 });
  const [first] = await bench.store.sql<{ id: number }>(
    'select id from devices order by id % 64 limit 1',
  );
  await bench.redis.set(`bull:device-${first?.id}:wait`, 'not a list');
  expect(await processTriggers('all', bench.triggers())).toBe(127);
});

test('nothing is queued while Redis is away', async () => {
  // Guards: rows that sit queued without a job for as long as Redis is away.
  await addFleet(bench.store, { devices: 1, rowsEach: 5 });
  bench.redis.disconnect();
  expect(await processTriggers('all', bench.triggers())).toBe(0);
  expect(await states()).toEqual([{ dispatch_state: 'idle', dispatch_seq: 0, n: 5 }]);
  expect(bench.events).toEqual([{ kind: 'redis.away' }]);
});

describe('a Redis that is full', () => {
  // A server of its own, for its memory is shared by all tests.
  let full: Bench;
  beforeEach(async () => {
    const server = await startOwnRedis();
    full = await openBench({ url: server.url, release: async () => await server.stop() });
    await addFleet(full.store, { devices: 64, rowsEach: 2 });
  });
  afterEach(async () => await full.close());
  const fill = async () => await full.redis.config('SET', 'maxmemory', '1');
  const counts = async () => {
    const [row] = await full.store.sql<{ touched: number; idle: number }>(
      `select count(*) filter (where dispatch_seq > 0)::int as touched,
              count(*) filter (where dispatch_state = 'idle')::int as idle from sequence_contacts`,
    );
    return row;
  };

  test('gets nothing: no row is touched, though it answers PING', async () => {
    // Guards: all that is due queued and returned, at every pass, for as long as Redis is full.
    await fill();
    expect(await full.redis.ping()).toBe('PONG');
    expect(await processTriggers('all', full.triggers())).toBe(0);
    expect(full.events).toEqual([{ kind: 'redis.away' }]);
    expect(await counts()).toEqual({ touched: 0, idle: 128 });
  });

  test('during a pass ends it after the shards in hand, and their rows are idle again', async () => {
    const triggers = full.triggers();
    const enqueue: typeof triggers.enqueue = async (rows) => {
      await fill();
      return await triggers.enqueue(rows);
    };
    expect(await processTriggers('all', { ...triggers, enqueue })).toBe(0);
    expect(full.events).toContainEqual({ kind: 'redis.away' });
    const { touched, idle } = (await counts()) ?? {};
    expect(idle).toBe(128);
    expect(touched).toBeGreaterThan(0);
    expect(touched).toBeLessThan(128);
  });
});

test('a pass says what it did', async () => {
  await addFleet(bench.store, { devices: 2, rowsEach: 3 });
  await processTriggers('all', bench.triggers());
  expect(bench.events).toEqual([
    { kind: 'triggers.processed', devices: 'all', queued: 6, ms: expect.any(Number) as number },
  ]);
});
