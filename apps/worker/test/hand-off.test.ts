import { randomUUID } from 'node:crypto';
import { type DeviceId, durationMs, type SequenceId, type WorkerId } from '@dripfleet/domain';
import { findPeers } from '@dripfleet/store';
import { addDevice, addRuns, addSequence, addWorker, ago } from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorkerEvent } from '../src/events.ts';
import { HealthCheck } from '../src/health-check.ts';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let sequence: SequenceId;
const started: TestWorker[] = [];

beforeAll(async () => {
  bench = await openBench();
  sequence = await addSequence(bench.store);
});
afterAll(async () => await bench.close());
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop();
  await bench.store.sql(
    `update devices set desired_state = 'drained', owner_worker_id = null, reserved_for = null`,
  );
  await bench.store.sql('delete from workers');
});

async function start(options: Parameters<typeof startWorker>[1] = {}): Promise<TestWorker> {
  const worker = await startWorker(bench, options);
  started.push(worker);
  return worker;
}

/** Devices with something to do later, so that they are wanted. */
async function addBusyDevices(count: number): Promise<readonly DeviceId[]> {
  const devices: DeviceId[] = [];
  for (let made = 0; made < count; made += 1) {
    const device = await addDevice(bench.store);
    await addRuns(bench.store, { device, sequence, count: 1 });
    devices.push(device);
  }
  await bench.store.sql(
    `update sequence_contacts set next_trigger_time = now() + interval '10 min' where status = 'active'`,
  );
  return devices;
}

const ownedBy = async (worker: WorkerId) =>
  (
    await bench.store.sql<{ id: number }>('select id from devices where owner_worker_id = $1', [
      worker,
    ])
  ).map(({ id }) => id);
const isShed = (event: WorkerEvent) => event.kind === 'claim.released' && event.reason === 'shed';
const untilOpen = async ({ events, until }: TestWorker, count: number) =>
  await until(() => events.filter(({ kind }) => kind === 'session.opened').length >= count);

// Guards against a fleet in which the first worker keeps everything, and against a scramble for what it lets go.
test('a worker with more than its share gives one device at a time to the one that has fewest', async () => {
  await addBusyDevices(4);
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 4);
  const two = await start();
  await one.manager.scan();
  const shed = await one.until(isShed);
  expect(shed).toMatchObject({ successor: two.worker });
  // Not a second one within two seconds.
  await one.manager.scan();
  expect(one.events.filter(isShed)).toHaveLength(1);
  one.clock.leap(2_001);
  await one.manager.scan();
  await one.until(() => one.events.filter(isShed).length === 2);
  await two.manager.scan();
  expect(await ownedBy(two.worker)).toHaveLength(2);
  // At its share, nothing more moves.
  one.clock.leap(2_001);
  await one.manager.scan();
  expect(await ownedBy(one.worker)).toHaveLength(2);
  expect(one.events.filter(isShed)).toHaveLength(2);
});

// Guards against two live connections of one device: the successor may connect only when the session is closed.
test('a device is given up only when its session is closed, and its successor takes it at once', async () => {
  const [device] = await addBusyDevices(1);
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 1);
  const two = await start();
  await one.manager.stop();
  await two.manager.scan();
  await untilOpen(two, 1);
  expect(await ownedBy(two.worker)).toEqual([device]);
  const own = await bench.simulator.ledger();
  const [phone] = await bench.store.sql<{ phone: string }>(
    'select phone from devices where id = $1',
    [device ?? 0],
  );
  const story = own.filter((line) => line['device'] === phone?.phone).map((line) => line['event']);
  expect(story).toEqual(['connect', 'disconnect', 'connect']);
});

test('a stop names a successor for each device, spread over the peers', async () => {
  await addBusyDevices(6);
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 6);
  const [two, three] = [await start(), await start()];
  await one.manager.stop();
  const successors = one.events.flatMap((event) =>
    event.kind === 'claim.released' ? [event.successor] : [],
  );
  for (const { worker } of [two, three]) {
    expect(successors.filter((successor) => successor === worker)).toHaveLength(3);
  }
});

// Guards against a worker that can fetch nothing, sitting on devices that another could serve.
test('a worker cut off from Redis gives its devices to one that reaches it, and only then', async () => {
  const [device] = await addBusyDevices(1);
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 1);
  one.redisWatch.heard(false);
  one.clock.leap(60_001);
  // Redis is away for everybody: the sessions stay.
  const blind = await addWorker(bench.store);
  await bench.store.sql('update workers set redis_ok = false where id = $1', [blind]);
  await one.manager.scan();
  expect(await ownedBy(one.worker)).toEqual([device]);
  const two = await start();
  await one.manager.scan();
  expect(await one.until((event) => event.kind === 'claim.released')).toMatchObject({
    reason: 'cut_off',
    successor: two.worker,
  });
});

test('Redis that answers again within the minute changes nothing', async () => {
  const [device] = await addBusyDevices(1);
  const one = await start();
  await start();
  await one.manager.scan();
  await untilOpen(one, 1);
  one.redisWatch.heard(false);
  one.clock.leap(59_000);
  await one.manager.scan();
  one.redisWatch.heard(true);
  one.clock.leap(59_000);
  one.redisWatch.heard(false);
  expect(one.redisWatch.isLost).toBe(false);
  await one.manager.scan();
  expect(await ownedBy(one.worker)).toEqual([device]);
});

// Guards against a device that is started anew for ever, each time with a new connection to WhatsApp.
test('a device that gets stuck after five restarts in ten minutes is left alone, and says so', async () => {
  const [device] = await addBusyDevices(1);
  if (device === undefined) throw new Error('no device');
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 1);
  const check = new HealthCheck({
    workers: () => one.manager.workers,
    restart: async (id) => await one.manager.restart(id),
    quarantine: async (id, reason) => await one.manager.quarantine(id, reason),
    device: {
      ...one.device,
      store: {
        ...one.device.store,
        findQuiet: () =>
          Promise.resolve([{ deviceId: device, queued: 1, oldest: durationMs(90_000) }]),
      },
    },
    settings: { interval: durationMs(60_000), ackTimeout: durationMs(30_000) },
  });
  const restarts: boolean[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    one.clock.leap(100_001);
    restarts.push((await check.checkOnce()).length === 1);
    await untilOpen(one, restarts.filter(Boolean).length + 1);
    await one.until(() => one.manager.workers.get(device)?.activity.kind !== 'connecting');
  }
  expect(restarts).toEqual([true, true, true, true, true, false]);
  await one.until((event) => event.kind === 'claim.released');
  const [row] = await bench.store.sql(
    'select session_state, owner_worker_id from devices where id = $1',
    [device],
  );
  expect(row).toEqual({ session_state: 'quarantined', owner_worker_id: null });
  await one.manager.scan();
  expect(await ownedBy(one.worker)).toEqual([]);
});

test('nobody hands a device to a worker of an older build', async () => {
  await addBusyDevices(2);
  const one = await start();
  await one.manager.scan();
  await untilOpen(one, 2);
  const old = randomUUID();
  await bench.store.sql(
    `insert into workers (id, host, build, capacity, started_at) values ($1, 'host-b', 'old', 10, $2)`,
    [old, ago(3_600_000)],
  );
  expect(await findPeers(bench.store.db, one.worker, durationMs(24_000))).toHaveLength(1);
  await one.manager.scan();
  expect(one.events.filter(isShed)).toHaveLength(0);
});
