import type { DeviceId } from '@dripfleet/domain';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
  ago,
  type Run,
  twoSteps,
} from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let worker: TestWorker | undefined;
let device: DeviceId;
let devicePhone: string;

beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  device = await addDevice(bench.store);
  const [row] = await bench.store.sql<{ phone: string }>(
    'select phone from devices where id = $1',
    [device],
  );
  devicePhone = row?.phone ?? '';
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  // What a test leaves is no work for the next.
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
  await bench.store.sql(
    `update deliveries set state = 'cancelled' where state in ('ready', 'sending')`,
  );
});

type Midway = Readonly<{ run: Run; from: string }>;

/** A contact who got the first step; the second is due now. */
async function addMidway(onReply: 'exit' | 'continue' = 'exit'): Promise<Midway> {
  const run = await addRun(bench.store, device, {
    sequence_id: await addSequence(bench.store, { definition: { ...twoSteps, onReply } }),
    next_step_key: 'tip',
    enrolled_at: ago(3_600_000),
  });
  await addDelivery(bench.store, run, { state: 'sent', attempts: 1 });
  const [row] = await bench.store.sql<{ phone: string }>(
    'select phone from contacts where id = $1',
    [run.contactId],
  );
  return { run, from: row?.phone ?? '' };
}
async function connect(): Promise<TestWorker> {
  worker = await startWorker(bench);
  await worker.manager.scan();
  await worker.until((event) => event.kind === 'session.opened' && event.deviceId === device);
  return worker;
}
const say = async (from: string, text: string) =>
  await bench.simulator.say({ from, device: devicePhone, text });
const untilConfirmed = async ({ until }: TestWorker, { run }: Midway) =>
  await until(
    (event) =>
      event.kind === 'confirmation.concluded' &&
      event.sequenceContactId === run.id &&
      event.state === 'sent',
  );
const untilIdle = async ({ manager }: TestWorker) => {
  while (manager.workers.get(device)?.activity.kind !== 'idle') await bench.redis.ping();
};
const texts = async () => (await bench.messages(device)).map(({ text }) => text);
const confirmation = 'You will not receive any more messages from us.';

test('an opt-out is confirmed once, at once, and nothing else is sent to the contact', async () => {
  const [gone, stays] = [await addMidway(), await addMidway()];
  const one = await connect();
  await say(gone.from, 'Please stop!');
  await untilConfirmed(one, gone);
  await say(gone.from, 'STOP');
  await bench.enqueue(device);
  await one.until(
    (event) => event.kind === 'delivery.concluded' && event.sequenceContactId === stays.run.id,
  );
  await untilIdle(one);
  expect(await texts()).toEqual([confirmation, 'A tip']);
});

test('a STOP that waited twice at the network comes before what is due, and is confirmed once', async () => {
  // Guards: a device that sends first and reads afterwards.
  const gone = await addMidway();
  await say(gone.from, 'STOP');
  await say(gone.from, 'stop');
  await bench.enqueue(device);
  const one = await connect();
  await untilConfirmed(one, gone);
  await untilIdle(one);
  expect(await texts()).toEqual([confirmation]);
  const [row] = await bench.store.sql(
    'select status, exit_reason, dispatch_state from sequence_contacts where id = $1',
    [gone.run.id],
  );
  expect(row).toEqual({ status: 'exited', exit_reason: 'suppressed', dispatch_state: 'idle' });
});

test('a reply ends the run, or does not, as its sequence says', async () => {
  const [ends, goesOn] = [await addMidway('exit'), await addMidway('continue')];
  const one = await connect();
  await say(ends.from, 'Tell me more');
  await say(goesOn.from, 'Tell me more');
  const replies = () => one.events.filter(({ kind }) => kind === 'contact.replied');
  await one.until(() => replies().length === 2);
  await bench.enqueue(device);
  await one.until(
    (event) => event.kind === 'delivery.concluded' && event.sequenceContactId === goesOn.run.id,
  );
  await untilIdle(one);
  expect(await texts()).toEqual(['A tip']);
});

test('a confirmation that a dead worker began is not sent again', async () => {
  const gone = await addMidway();
  await bench.store.sql(`update contacts set suppressed_at = now() where id = $1`, [
    gone.run.contactId,
  ]);
  await addDelivery(bench.store, gone.run, {
    step_key: 'opt-out',
    message_id: `3EB0D${String(gone.run.id).padStart(17, '0')}`,
    state: 'sending',
    epoch: 1,
  });
  const one = await connect();
  await one.until(
    (event) => event.kind === 'confirmation.concluded' && event.state === 'uncertain',
  );
  await untilIdle(one);
  expect(await texts()).toEqual([]);
});
