import { type SequenceContactId, stepKey } from '@dripfleet/domain';
import {
  addDevice,
  addRun,
  addSequence,
  ago,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HandFate, isolateRow, loadDeliveries, returnToIdle } from '../src/index.ts';

let store: TestStore;
let add: (columns: Record<string, unknown>) => Promise<SequenceContactId>;

beforeAll(async () => {
  store = await openTestStore();
  const [device, sequence_id] = await Promise.all([addDevice(store), addSequence(store)]);
  add = async (columns) => {
    const queued = { dispatch_state: 'queued', dispatch_seq: 3, worker_assigned_at: ago(0) };
    return (await addRun(store, device, { sequence_id, ...queued, ...columns })).id;
  };
});
afterAll(async () => await store.close());

const crashesOf = async (id: SequenceContactId) =>
  (await loadDeliveries(store.db, [id]))[0]?.crashCount;
async function giveBack(id: SequenceContactId, fate: HandFate) {
  const [row] = await loadDeliveries(store.db, [id]);
  if (!row) throw new Error('there is no such row');
  await returnToIdle(
    store.db,
    [{ sequenceContactId: id, deviceId: row.deviceId, dispatchSeq: 3 }],
    fate,
  );
}

test.each<[HandFate, number, number]>([
  ['crashed', 0, 1],
  ['crashed', 1, 2],
  // Guards: a row condemned for the deaths of others while it waited for its turn to be alone.
  ['crashed', 2, 2],
  ['crashed', 3, 3],
  ['survived', 2, 0],
  ['unknown', 2, 2],
])('whose process %s with %d crashes before has %d', async (fate, before, after) => {
  const id = await add({ crash_count: before });
  await giveBack(id, fate);
  expect(await crashesOf(id)).toBe(after);
});

test('a row taken in hand alone counts for itself, while its dispatch stands', async () => {
  const id = await add({ crash_count: 2 });
  expect(await isolateRow(store.db, { sequenceContactId: id, dispatchSeq: 2 })).toBe(false);
  expect(await crashesOf(id)).toBe(2);
  expect(await isolateRow(store.db, { sequenceContactId: id, dispatchSeq: 3 })).toBe(true);
  expect(await crashesOf(id)).toBe(3);
  const begun = await add({ crash_count: 2, dispatch_state: 'sending' });
  expect(await isolateRow(store.db, { sequenceContactId: begun, dispatchSeq: 3 })).toBe(false);
});

test('what a load tells is of the step that stands next', async () => {
  const id = await add({ crash_count: 1 });
  expect(await loadDeliveries(store.db, [id])).toMatchObject([
    { nextStepKey: stepKey('hello'), crashCount: 1 },
  ]);
});

// Guards: contents that kill whoever reads them, read again before anybody can know that they do.
test.each([
  [undefined, 2, true],
  [2, 1, true],
  [2, 2, false],
  [2, 3, false],
])(
  'contents left from %s crashes on: a row with %d has them: %s',
  async (leaveFrom, crashes, has) => {
    const id = await add({ crash_count: crashes });
    const [row] = await loadDeliveries(
      store.db,
      [id],
      leaveFrom === undefined ? {} : { leaveFrom },
    );
    expect(row?.contents !== undefined).toBe(has);
    expect(row?.crashCount).toBe(crashes);
  },
);
