import type { DeviceId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  ago,
  type Columns,
  type Run,
  twoSteps,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let worker: TestWorker | undefined;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => await bench.close());
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});

/** A device whose last owner died with a message in flight. */
async function addOpen({
  delivery = {},
  contact = {},
  definition = twoSteps,
}: { delivery?: Columns; contact?: Columns; definition?: object } = {}) {
  const device: DeviceId = await addDevice(bench.store, { owner_epoch: 4 });
  const sequence = await addSequence(bench.store, { definition });
  const run = await addRun(bench.store, device, {
    sequence_id: sequence,
    dispatch_state: 'sending',
    dispatch_seq: 1,
    crash_count: 1,
    contact,
  });
  await addDelivery(bench.store, run, { epoch: 4, ...delivery });
  return { device, run };
}

async function claim(): Promise<TestWorker> {
  worker = await startWorker(bench);
  await worker.manager.scan();
  return worker;
}
const stateOf = async ({ id }: Run) => {
  const [row] = await bench.store.sql(
    `select l.state, l.attempts, s.dispatch_state, s.next_step_key, s.status
       from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id where s.id = $1`,
    [id],
  );
  return row;
};
const settled = (run: Run, by: string) => (event: { kind: string }) =>
  event.kind === 'delivery.settled' &&
  'sequenceContactId' in event &&
  event.sequenceContactId === run.id &&
  'by' in event &&
  event.by === by;

test('a receipt that is stored settles it: nothing is sent again', async () => {
  const { device, run } = await addOpen({ delivery: { delivered_at: ago(1_000) } });
  const { until } = await claim();
  await until(settled(run, 'receipt'));
  expect(await stateOf(run)).toMatchObject({ state: 'sent', next_step_key: 'tip', attempts: 1 });
  expect(await bench.messages(device)).toEqual([]);
});

test('without one, the same id and bytes are sent again, once', async () => {
  const { device, run } = await addOpen();
  const { until } = await claim();
  await until((event) => event.kind === 'delivery.concluded' && event.deviceId === device);
  expect(await bench.messages(device)).toEqual([
    { id: `3EB0${String(run.id).padStart(18, '0')}`, text: 'bound before' },
  ]);
  expect(await stateOf(run)).toMatchObject({ state: 'sent', next_step_key: 'tip', attempts: 2 });
});

test('a receipt that waits at the network is read first', async () => {
  // Guards: a repeat for every connection that broke after the write.
  const { device, run } = await addOpen();
  const [row] = await bench.store.sql<{ phone: string }>(
    'select phone from devices where id = $1',
    [device],
  );
  const phone = row?.phone ?? '';
  // Accepted, and the connection cut without an answer: the receipt is kept for the device.
  await bench.simulator.strike({ on: 'message', do: 'accept_then_drop', device: phone });
  const { until, events } = await claim();
  await until((event) => event.kind === 'session.ended' && event.deviceId === device);
  await until(() => events.some(settled(run, 'receipt')));
  expect(await bench.messages(device)).toHaveLength(1);
  expect(await stateOf(run)).toMatchObject({ state: 'sent', next_step_key: 'tip', attempts: 2 });
});

test.each<[string, Parameters<typeof addOpen>[0]]>([
  ['the sequence would rather have a gap', { definition: { ...twoSteps, onUncertain: 'hold' } }],
  ['it was sent again three times', { delivery: { attempts: 4, resends: 3 } }],
  ['it is older than a day', { delivery: { intent_at: ago(25 * 3_600_000) } }],
  ['its text was erased', { delivery: { body: null } }],
])('it is held for an operator when %s', async (_, open) => {
  const { device, run } = await addOpen(open);
  const { until } = await claim();
  await until(settled(run, 'operator_policy'));
  expect(await bench.messages(device)).toEqual([]);
  expect(await stateOf(run)).toMatchObject({
    state: 'uncertain',
    dispatch_state: 'held',
    next_step_key: 'hello',
  });
});

test('to a contact that opted out meanwhile, nothing is sent again', async () => {
  // Guards invariant 7 on the way of the re-send.
  const { device, run } = await addOpen({ contact: { suppressed_at: new Date() } });
  const { manager } = await claim();
  while (manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
  expect(await bench.messages(device)).toEqual([]);
  expect(await stateOf(run)).toMatchObject({ state: 'uncertain', status: 'exited' });
});

test('jobs that the dead owner had in hand are cleared, and their rows are due again', async () => {
  const device = await addDevice(bench.store);
  const sequence = await addSequence(bench.store);
  const run = await addRun(bench.store, device, { sequence_id: sequence });
  await bench.enqueue(device);
  // The job was fetched, and its holder died before begin.
  await bench.redis.rpoplpush(`bull:device-${device}:wait`, `bull:device-${device}:active`);
  const { manager, until } = await claim();
  while (manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
  const rows = await bench.store.sql('select dispatch_state from sequence_contacts where id = $1', [
    run.id,
  ]);
  expect(rows).toEqual([{ dispatch_state: 'idle' }]);
  await bench.enqueue(device);
  await until((event) => event.kind === 'delivery.concluded' && event.deviceId === device);
  expect(await bench.messages(device)).toHaveLength(1);
});
