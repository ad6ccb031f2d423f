import { type DeviceId, type SequenceId } from '@dripfleet/domain';
import { addDevice, addRuns, addSequence } from '@dripfleet/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Bench, openBench, startWorker, type TestWorker } from './worker-fixture.ts';

let bench: Bench;
let sequence: SequenceId;
let device: DeviceId;
let worker: TestWorker | undefined;

beforeAll(async () => {
  bench = await openBench();
  sequence = await addSequence(bench.store);
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  device = await addDevice(bench.store);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await bench.store.sql(`update sequence_contacts set status = 'exited', dispatch_state = 'idle'`);
});

async function startWithCrashes(crashes: number): Promise<TestWorker> {
  const [first] = await addRuns(bench.store, { device, sequence, count: 2 });
  await bench.store.sql('update sequence_contacts set crash_count = $2 where id = $1', [
    first,
    crashes,
  ]);
  worker = await startWorker(bench);
  await worker.manager.scan();
  await bench.enqueue(device);
  return worker;
}
const rows = async () =>
  await bench.store.sql(
    'select dispatch_state, next_step_key, crash_count from sequence_contacts where device_id = $1 order by id',
    [device],
  );

// Guards against a condemned bystander: whoever lives to report has survived the row.
test('a suspect is taken in hand alone, and is an innocent again when its process survives it', async () => {
  const one = await startWithCrashes(2);
  await one.until((event) => event.kind === 'delivery.isolated' && event.verdict === 'suspect');
  await one.until(
    () => one.events.filter(({ kind }) => kind === 'delivery.concluded').length === 2,
  );
  expect(await rows()).toEqual([
    { dispatch_state: 'idle', next_step_key: 'tip', crash_count: 0 },
    { dispatch_state: 'idle', next_step_key: 'tip', crash_count: 0 },
  ]);
});

// Guards against a message that takes one process after the other with it, for ever.
test('a row that three processes died of is sent no more, and the other contacts go on', async () => {
  const one = await startWithCrashes(3);
  await one.until((event) => event.kind === 'delivery.refused');
  await one.until(
    () => one.events.filter(({ kind }) => kind === 'delivery.concluded').length === 1,
  );
  expect(await rows()).toEqual([
    { dispatch_state: 'held', next_step_key: 'hello', crash_count: 0 },
    { dispatch_state: 'idle', next_step_key: 'tip', crash_count: 0 },
  ]);
  expect(await bench.messages(device)).toHaveLength(1);
  const [letter] = await bench.store.sql(
    `select state, error_class, error_code, body from deliveries where device_id = $1 and state = 'failed'`,
    [device],
  );
  expect(letter).toEqual({
    state: 'failed',
    error_class: 'poison',
    error_code: '3 crashes',
    body: null,
  });
});

// Guards against one contact's name keeping a whole device busy with an error that nothing can mend.
test('a message that Postgres refuses to store fails by itself; its device goes on', async () => {
  await addRuns(bench.store, { device, sequence, count: 2 });
  let isFirst = true;
  worker = await startWorker(bench, {
    decorate: (parts) => ({
      ...parts,
      store: {
        ...parts.store,
        begin: async (row) => {
          const body = isFirst ? `${row.body}\u0000` : row.body;
          isFirst = false;
          return await parts.store.begin({ ...row, body });
        },
      },
    }),
  });
  const one = worker;
  await one.manager.scan();
  await bench.enqueue(device);
  await one.until((event) => event.kind === 'delivery.refused');
  await one.until(
    () => one.events.filter(({ kind }) => kind === 'delivery.concluded').length === 1,
  );
  expect(await rows()).toMatchObject([{ next_step_key: 'tip' }, { next_step_key: 'tip' }]);
});
