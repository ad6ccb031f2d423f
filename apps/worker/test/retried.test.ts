import { retryDeadLetters, type RetryVerb } from '@dripfleet/operations';
import {
  addDelivery,
  addDevice,
  addRun,
  addSequence,
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

/** A message that is held for an operator, on a device that a worker runs and has nothing to do for. */
async function addHeld() {
  const device = await addDevice(bench.store, { labels: { 'keep-online': '' } });
  const definition = { ...twoSteps, onUncertain: 'hold' };
  const sequence_id = await addSequence(bench.store, { definition });
  const run = await addRun(bench.store, device, { sequence_id, dispatch_state: 'held' });
  const uncertain = { state: 'uncertain', error_class: 'unconfirmed', error_code: 'not_confirmed' };
  await addDelivery(bench.store, run, { ...uncertain, concluded_at: new Date() });
  worker = await startWorker(bench);
  await worker.manager.scan();
  await worker.until((event) => event.kind === 'session.opened' && event.deviceId === device);
  return { device, run, worker };
}

const retry = async (verb: RetryVerb) =>
  await retryDeadLetters(bench.store.db, {
    state: 'uncertain',
    verb,
    limit: 10,
    reason: undefined,
    actor: 'ops',
  });

const idOf = ({ id }: Run) => `3EB0${String(id).padStart(18, '0')}`;

test('what an operator sends again leaves an open session under its old id, and the run goes on', async () => {
  // Guards: a retry that waits for the next connect, or that the sequence's own `on_uncertain: hold` takes back.
  const { device, run, worker: owner } = await addHeld();
  expect(await retry('resend')).toMatchObject({ counts: { retried: 1 } });
  expect(await bench.enqueue(device)).toBe(1);
  await owner.until((event) => event.kind === 'delivery.concluded' && event.deviceId === device);
  expect(await bench.messages(device)).toEqual([{ id: idOf(run), text: 'bound before' }]);
  const [row] = await bench.store.sql(
    'select next_step_key, dispatch_state from sequence_contacts where id = $1',
    [run.id],
  );
  expect(row).toEqual({ next_step_key: 'tip', dispatch_state: 'idle' });
});

test('a late receipt, a retry and the owner at once: one id, no step lost, one frame at most', async () => {
  // Guards: a second message, or a run that a receipt and a retry move past a step.
  const { device, run, worker: owner } = await addHeld();
  const received = owner.device.receipts.receive(device, {
    messageId: idOf(run) as Parameters<typeof owner.device.receipts.receive>[1]['messageId'],
    kind: 'delivered',
  });
  await Promise.all([received, retry('resend')]);
  const dispatched = await bench.enqueue(device);
  if (dispatched > 0) {
    await owner.until(
      (event) =>
        (event.kind === 'delivery.concluded' || event.kind === 'job.skipped') &&
        event.deviceId === device,
    );
  }
  await owner.device.receipts.flushed(device);
  const sent = await bench.store.sql(
    `select l.step_key, l.message_id, l.state from deliveries l where l.sequence_contact_id = $1 order by l.step_key`,
    [run.id],
  );
  expect(sent[0]).toEqual({ step_key: 'hello', message_id: idOf(run), state: 'sent' });
  const hellos = (await bench.messages(device)).filter(({ text }) => text === 'bound before');
  expect(hellos.length).toBeLessThanOrEqual(1);
  expect(hellos.every(({ id }) => id === idOf(run))).toBe(true);
});
