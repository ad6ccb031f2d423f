import { durationMs } from '@dripfleet/domain';
import { addDelivery, addDevice, addRun, addRuns, addSequence, ago } from '@dripfleet/testkit';
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
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
  await bench.store.sql(`update deliveries set state = 'cancelled' where state = 'sending'`);
});

const hour = 3_600_000;

// Guards invariant 9: the history in memory reached back over the old window only.
test('a cap over a longer window counts what was sent before the change', async () => {
  const device = await addDevice(bench.store);
  const sequence = await addSequence(bench.store);
  for (let n = 0; n < 3; n += 1) {
    const at = ago(2 * hour);
    const run = await addRun(bench.store, device, { sequence_id: sequence, status: 'completed' });
    await addDelivery(bench.store, run, { state: 'sent', last_attempt_at: at, acked_at: at });
  }
  await addRuns(bench.store, { device, sequence, count: 3 });
  worker = await startWorker(bench);
  await worker.manager.scan();
  const { manager, until } = worker;
  await until((event) => event.kind === 'session.opened');
  await bench.store.sql(
    `update devices set pacing = '{"caps":[{"max":4,"window_ms":86400000}],"gap":{"min_ms":0,"max_ms":0}}',
            pacing_version = pacing_version + 1 where id = $1`,
    [device],
  );
  await manager.refresh([device]);
  await bench.enqueue(device);
  await until((event) => event.kind === 'delivery.concluded');
  const { earliest } = manager.workers.get(device)?.context.pacer ?? { earliest: 0 };
  expect(earliest - performance.now()).toBeGreaterThan(20 * hour);
});

// Guards a device that one contact of a paused sequence would stop for all others.
test('an open delivery of a paused sequence waits; the other sequences of the device go on', async () => {
  const device = await addDevice(bench.store, { owner_epoch: 4 });
  const paused = await addSequence(bench.store);
  await bench.store.sql(`update sequences set status = 'paused' where id = $1`, [paused]);
  const open = await addRun(bench.store, device, {
    sequence_id: paused,
    dispatch_state: 'sending',
    dispatch_seq: 1,
  });
  await addDelivery(bench.store, open, { epoch: 4 });
  const other = await addSequence(bench.store);
  await addRuns(bench.store, { device, sequence: other, count: 1 });
  worker = await startWorker(bench);
  await worker.manager.scan();
  await bench.enqueue(device);
  await worker.until((event) => event?.kind === 'delivery.concluded');
  const [row] = await bench.store.sql(
    'select state from deliveries where sequence_contact_id = $1',
    [open.id],
  );
  expect(row).toEqual({ state: 'sending' });
});

// Guards a drain whose announcement was lost, or whose first try failed: it would hold its place for ever.
test('a device that is already known to be draining is given up by the next scan', async () => {
  const device = await addDevice(bench.store);
  const sequence = await addSequence(bench.store);
  await addRuns(bench.store, { device, sequence, count: 1 });
  worker = await startWorker(bench);
  await worker.manager.scan();
  const { manager, until } = worker;
  await bench.store.sql(`update devices set desired_state = 'draining' where id = $1`, [device]);
  const owned = manager.workers.get(device);
  if (!owned) throw new Error('not claimed');
  owned.update({
    device: { ...owned.context.device, desiredState: 'draining', maySend: false },
    policy: { caps: [], gap: { min: durationMs(0), max: durationMs(0) } },
  });
  await manager.scan();
  await until((event) => event?.kind === 'claim.released');
  const [row] = await bench.store.sql(
    'select desired_state, owner_worker_id from devices where id = $1',
    [device],
  );
  expect(row).toEqual({ desired_state: 'drained', owner_worker_id: null });
});
