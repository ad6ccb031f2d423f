import {
  type DeviceId,
  durationMs,
  type SequenceContactId,
  type SequenceId,
} from '@dripfleet/domain';
import { addDevice, addRuns, addSequence } from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DirectProcessor } from '../src/direct-processor.ts';
import type { WorkerEvent } from '../src/events.ts';
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
  await bench.store.sql(`update devices set desired_state = 'drained', owner_worker_id = null`);
});

async function start(engine: 'workers' | 'direct' = 'direct'): Promise<TestWorker> {
  const worker = await startWorker(bench, { engine });
  started.push(worker);
  return worker;
}

function processorOf({ direct, manager, device, clock }: TestWorker): DirectProcessor {
  if (!direct) throw new Error('a worker of the queues');
  return new DirectProcessor({
    clock,
    queues: direct,
    workers: () => manager.workers,
    store: device.store,
    interval: durationMs(30_000),
    observe: device.observe,
  });
}

const never = new AbortController().signal;
const addDirect = async () => await addDevice(bench.store, { engine: 'direct' });
const addDue = async (device: DeviceId, count: number) =>
  await addRuns(bench.store, { device, sequence, count });
/** Resolves when the device is connected and waits for something to send. */
async function untilIdle({ manager }: TestWorker, device: DeviceId): Promise<void> {
  // One turn of the network between two looks.
  while (manager.workers.get(device)?.activity.kind !== 'idle') await bench.simulator.stats();
}
const hasConcluded = (id: SequenceContactId, stepKey: string) => (event: WorkerEvent) =>
  event.kind === 'delivery.concluded' &&
  event.sequenceContactId === id &&
  event.stepKey === stepKey;

/** Looks at what is due until all steps of all runs are sent, as the timer does. */
async function untilComplete(worker: TestWorker, device: DeviceId): Promise<void> {
  const processor = processorOf(worker);
  for (let left = 1; left > 0;) {
    await processor.pass(never);
    const rows = await bench.store.sql<{ n: number }>(
      `select count(*)::int as n from sequence_contacts where device_id = $1 and status = 'active'`,
      [device],
    );
    left = rows[0]?.n ?? 0;
  }
}

// Guards: a way around begin, or around the ledger, for the devices that a rollout has not reached.
test('the direct processor sends every step once, by claim, begin and finish, without a queue', async () => {
  const worker = await start();
  const device = await addDirect();
  const runs = await addDue(device, 3);
  await worker.manager.scan();
  await untilIdle(worker, device);
  await untilComplete(worker, device);
  const messages = await bench.messages(device);
  expect(messages).toHaveLength(6);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(6);
  for (const id of runs) expect(worker.events.some(hasConcluded(id, 'tip'))).toBe(true);
  const waited = worker.events.flatMap((event) =>
    event.kind === 'delivery.concluded' ? [event.dueMs] : [],
  );
  expect(waited).toHaveLength(6);
  expect(waited.every((ms) => ms !== undefined && ms >= 0)).toBe(true);
  expect(await bench.redis.keys(`bull:device-${device}:*`)).toEqual([]);
});

test('one message at a time: nothing is begun while another one waits for its answer', async () => {
  const worker = await start();
  const devices = [await addDirect(), await addDirect()];
  for (const device of devices) await addDue(device, 2);
  await worker.manager.scan();
  for (const device of devices) await untilIdle(worker, device);
  for (const device of devices) await untilComplete(worker, device);
  const story = worker.events.flatMap(({ kind }) =>
    kind === 'delivery.begun' || kind === 'delivery.concluded' ? [kind] : [],
  );
  expect(story).toHaveLength(16);
  expect(story.every((kind, at) => (kind === 'delivery.begun') === (at % 2 === 0))).toBe(true);
});

test('what was queued when the device changed hands goes back, and is sent', async () => {
  // Guards: rows that were queued for the other engine, whose jobs nobody fetches any more.
  const device = await addDirect();
  const [id = 0] = await addDue(device, 1);
  await bench.store.sql(
    `update sequence_contacts set dispatch_state = 'queued', dispatch_seq = 7 where id = $1`,
    [id],
  );
  const worker = await start();
  await worker.manager.scan();
  await untilIdle(worker, device);
  await untilComplete(worker, device);
  expect(await bench.messages(device)).toHaveLength(2);
});

test('a row that its device worker did not take is left, and so is one that nobody is there to take', async () => {
  const device = await addDirect();
  const [id = 0] = await addDue(device, 1);
  const worker = await start();
  await worker.manager.scan();
  await untilIdle(worker, device);
  const { direct, manager } = worker;
  const [row] = await bench.store.sql<{ id: SequenceContactId; dispatch_seq: number }>(
    `update sequence_contacts set dispatch_state = 'queued', dispatch_seq = 1 where id = $1 returning id, dispatch_seq`,
    [id],
  );
  if (!row || !direct) throw new Error('unreachable');
  const stepKey = 'hello' as Parameters<typeof direct.hand>[0]['stepKey'];
  const outcome = direct.hand({
    sequenceContactId: row.id,
    deviceId: device,
    dispatchSeq: 1,
    stepKey,
  });
  // Nobody woke it: it ends without having looked.
  await manager.stop();
  expect(await outcome).toBe('left');
  // Guards: a processor that waits for ever for a device worker which has just ended.
  const late = { sequenceContactId: row.id, deviceId: device, dispatchSeq: 2, stepKey };
  expect(await direct.hand(late)).toBe('left');
});

test('a device that a rollout moves is given up by its owner, and its rows are sent by the other engine', async () => {
  const queues = await start('workers');
  const device = await addDevice(bench.store);
  await addDue(device, 2);
  await queues.manager.scan();
  await untilIdle(queues, device);
  await bench.enqueue(device);
  await bench.store.sql(`update devices set engine = 'direct' where id = $1`, [device]);
  await queues.manager.refresh([device]);
  expect(
    await queues.until((event) => event.kind === 'claim.released' && event.deviceId === device),
  ).toMatchObject({ reason: 'rollout' });
  const direct = await start('direct');
  await direct.manager.scan();
  await untilIdle(direct, device);
  await untilComplete(direct, device);
  const messages = await bench.messages(device);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
  expect(messages).toHaveLength(4);
});
