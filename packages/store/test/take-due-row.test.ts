import { type DeviceId, type SequenceId, type WorkerId } from '@dripfleet/domain';
import {
  addDevice,
  addRun,
  addSequence,
  addWorker,
  ago,
  type Columns,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findQueuedRows, takeDueRow } from '../src/index.ts';

let store: TestStore;
let sequence: SequenceId;
let me: WorkerId;
beforeAll(async () => {
  store = await openTestStore();
  sequence = await addSequence(store);
  me = await addWorker(store, { engine: 'direct' });
});
afterAll(async () => await store.close());

const addOwn = async (columns: Columns = {}) =>
  await addDevice(store, { engine: 'direct', owner_worker_id: me, ...columns });
const run = async (device: DeviceId, columns: Columns = {}) =>
  (await addRun(store, device, { sequence_id: sequence, ...columns })).id;
const take = async (...devices: DeviceId[]) => await takeDueRow(store.db, me, devices);

describe('the direct processor takes', () => {
  test('one row, under a new dispatch number and its own name', async () => {
    const device = await addOwn();
    const id = await run(device, { dispatch_seq: 4 });
    await run(device, { next_trigger_time: ago(500) });
    expect(await take(device)).toEqual({
      sequenceContactId: id,
      deviceId: device,
      dispatchSeq: 5,
      stepKey: 'hello',
    });
    const rows = await store.sql(
      'select dispatch_state, assigned_worker_id from sequence_contacts where id = $1',
      [id],
    );
    expect(rows).toEqual([{ dispatch_state: 'queued', assigned_worker_id: me }]);
    expect(await findQueuedRows(store.db, device)).toEqual([
      { sequenceContactId: id, deviceId: device, dispatchSeq: 5 },
    ]);
  });

  test('the most urgent of all devices, then the one that waits longest', async () => {
    const [one, other] = [await addOwn(), await addOwn()];
    const old = await run(one, { next_trigger_time: ago(60_000) });
    const older = await run(other, { next_trigger_time: ago(90_000) });
    const urgent = await run(other, { priority: 0 });
    const taken = [await take(one, other), await take(one, other), await take(one, other)];
    expect(taken.map((row) => row?.sequenceContactId)).toEqual([urgent, older, old]);
    expect(await take(one, other)).toBeUndefined();
  });

  test.each<[string, Columns]>([
    ['of another owner', { owner_worker_id: null }],
    ['of the workers', { engine: 'workers' }],
    ['that is paused', { desired_state: 'paused' }],
  ])('nothing of a device %s', async (_, columns) => {
    const device = await addOwn(columns);
    await run(device);
    expect(await take(device)).toBeUndefined();
  });

  test.each<[string, Columns]>([
    ['not due', { next_trigger_time: ago(-60_000) }],
    ['queued already', { dispatch_state: 'queued' }],
    ['held', { dispatch_state: 'held' }],
    ['paused', { status: 'paused' }],
  ])('no row that is %s', async (_, columns) => {
    const device = await addOwn();
    await run(device, columns);
    expect(await take(device)).toBeUndefined();
  });

  test('nothing that it did not ask for', async () => {
    const [asked, other] = [await addOwn(), await addOwn()];
    await run(other);
    expect(await take(asked)).toBeUndefined();
  });

  test('nothing that somebody holds, without waiting', async () => {
    const device = await addOwn();
    const id = await run(device);
    const other = await store.connect();
    await other.sql('begin');
    await other.sql('select from sequence_contacts where id = $1 for no key update', [id]);
    expect(await take(device)).toBeUndefined();
    await other.sql('rollback');
    expect((await take(device))?.sequenceContactId).toBe(id);
    await other.close();
  });
});
