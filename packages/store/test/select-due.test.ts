import { type DeviceId, deviceId, durationMs, type SequenceId } from '@dripfleet/domain';
import {
  addDevice,
  addRun,
  addRuns,
  addSequence,
  addWorker,
  ago,
  changesOf,
  type Columns,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Dispatch,
  findStaleQueued,
  lockShards,
  type Queryable,
  queueDue,
  selectDue,
  shardCount,
} from '../src/index.ts';

let store: TestStore;
let sequence: SequenceId;

beforeAll(async () => {
  store = await openTestStore();
  sequence = await addSequence(store);
});
afterAll(async () => await store.close());

const shardOf = (device: DeviceId): number => device % shardCount;
const take = async (tx: Queryable, device: DeviceId, queueSize = 100) =>
  await selectDue(tx, { shards: [shardOf(device)], queueSize, engine: 'workers' });
const lock = async (tx: Queryable, device: DeviceId) =>
  (await lockShards(tx, [shardOf(device)])).length === 1;
/** As a scheduler does it. */
const select = async (device: DeviceId, queueSize = 100): Promise<readonly Dispatch[]> =>
  await queueDue(store.db, { shards: [shardOf(device)], queueSize, engine: 'workers' });
const queuedIds = async (device: DeviceId, queueSize?: number) =>
  (await select(device, queueSize)).map(({ sequenceContactId }) => sequenceContactId);
const run = async (device: DeviceId, columns: Columns = {}) =>
  (await addRun(store, device, { sequence_id: sequence, ...columns })).id;
const countQueued = async (device: DeviceId) => {
  const [row] = await store.sql<{ n: number }>(
    `select count(*)::int as n from sequence_contacts where device_id = $1 and dispatch_state = 'queued'`,
    [device],
  );
  return row?.n;
};

describe('what is taken', () => {
  test('a due row becomes queued under a new dispatch number, for the owner of its device', async () => {
    const owner = await addWorker(store);
    const device = await addDevice(store, { owner_worker_id: owner });
    const id = await run(device, { dispatch_seq: 4 });
    let taken: readonly Dispatch[] | undefined;
    const changed = await changesOf(store, async () => {
      taken = await select(device);
    });
    expect(taken).toEqual([
      { sequenceContactId: id, deviceId: device, dispatchSeq: 5, stepKey: 'hello' },
    ]);
    expect(changed).toEqual({
      [`sequence_contacts ${id}`]: {
        dispatch_state: 'queued',
        dispatch_seq: 5,
        assigned_worker_id: owner,
        worker_assigned_at: expect.any(String) as string,
      },
    });
    expect(await queuedIds(device)).toEqual([]);
  });

  test('urgent before normal before low, and the oldest first within each', async () => {
    const device = await addDevice(store);
    const low = await run(device, { priority: 2, next_trigger_time: ago(90_000) });
    const young = await run(device, { next_trigger_time: ago(10_000) });
    const old = await run(device, { next_trigger_time: ago(60_000) });
    const urgent = await run(device, { priority: 0, next_trigger_time: ago(1_000) });
    const order: unknown[] = [];
    // One at a time: what fits first is what comes first.
    for (let size = 1; size <= 4; size += 1) order.push(...((await queuedIds(device, size)) ?? []));
    expect(order).toEqual([urgent, old, young, low]);
  });

  test('an urgent row that is not due yet takes no room from one that is', async () => {
    const device = await addDevice(store);
    await run(device, { priority: 0, next_trigger_time: ago(-60_000) });
    const due = await run(device, { priority: 2 });
    expect(await queuedIds(device, 1)).toEqual([due]);
  });

  test.each<[string, Columns]>([
    ['not due yet', { next_trigger_time: ago(-60_000) }],
    ['queued already', { dispatch_state: 'queued' }],
    ['being sent', { dispatch_state: 'sending' }],
    ['held', { dispatch_state: 'held' }],
    ['of a paused run', { status: 'paused' }],
    ['of a run that ended', { status: 'exited' }],
  ])('never a row that is %s', async (_, columns) => {
    const device = await addDevice(store);
    await run(device, columns);
    expect(await queuedIds(device)).toEqual([]);
  });

  test.each<[string, Columns]>([
    ['paused', { desired_state: 'paused' }],
    ['paused until later', { desired_state: 'paused', paused_until: ago(-60_000) }],
    ['draining', { desired_state: 'draining' }],
    ['drained', { desired_state: 'drained' }],
    ['restricted', { session_state: 'restricted' }],
    ['logged out', { session_state: 'logged_out' }],
    ['never paired', { session_state: 'unpaired' }],
    ['served by the direct processor', { engine: 'direct' }],
  ])('nothing for a device that is %s', async (_, columns) => {
    const device = await addDevice(store, columns);
    await run(device);
    expect(await queuedIds(device)).toEqual([]);
  });

  test('a pause that has run out is no pause', async () => {
    const device = await addDevice(store, { desired_state: 'paused', paused_until: ago(1_000) });
    const id = await run(device);
    expect(await queuedIds(device)).toEqual([id]);
  });

  test('only the devices of the shard', async () => {
    const device = await addDevice(store);
    const neighbour = await addDevice(store);
    await run(neighbour);
    expect(shardOf(device)).not.toBe(shardOf(neighbour));
    expect(await queuedIds(device)).toEqual([]);
  });

  test('of several shards at once, up to the room of each device', async () => {
    const [one, other] = [await addDevice(store), await addDevice(store)];
    for (const device of [one, other]) await addRuns(store, { device, sequence, count: 3 });
    const shards = [shardOf(one), shardOf(other)];
    const rows = await queueDue(store.db, { shards, queueSize: 2, engine: 'workers' });
    expect(rows.filter(({ deviceId: device }) => device === one)).toHaveLength(2);
    expect(rows.filter(({ deviceId: device }) => device === other)).toHaveLength(2);
  });

  test('of the devices that are named, those of the shards', async () => {
    const [named, other, elsewhere] = [
      await addDevice(store),
      await addDevice(store),
      await addDevice(store),
    ];
    const [id] = [await run(named), await run(other), await run(elsewhere)];
    const rows = await queueDue(store.db, {
      shards: [shardOf(named), shardOf(other)],
      devices: [elsewhere, named],
      queueSize: 100,
      engine: 'workers',
    });
    expect(rows.map(({ sequenceContactId }) => sequenceContactId)).toEqual([id]);
  });

  test('a row that somebody holds is skipped, without waiting', async () => {
    const device = await addDevice(store);
    const [held, free] = [await run(device), await run(device)];
    const other = await store.connect();
    await other.sql('begin');
    await other.sql('select from sequence_contacts where id = $1 for no key update', [held]);
    expect(await queuedIds(device)).toEqual([free]);
    await other.sql('rollback');
    expect(await queuedIds(device)).toEqual([held]);
    await other.close();
  });
});

describe('room', () => {
  test('what is queued and what is being sent takes room; the rest does not', async () => {
    const device = await addDevice(store);
    for (const dispatch_state of ['queued', 'sending', 'held'])
      await run(device, { dispatch_state });
    await addRuns(store, { device, sequence, count: 10 });
    expect(await queuedIds(device, 5)).toHaveLength(3);
    expect(await queuedIds(device, 5)).toHaveLength(0);
  });

  test('a device above its room gets nothing, and keeps nobody else from theirs', async () => {
    const device = await addDevice(store);
    await addRuns(store, { device, sequence, count: 10 });
    expect(await queuedIds(device, 8)).toHaveLength(8);
    expect(await queuedIds(device, 3)).toHaveLength(0);
  });
});

describe('two schedulers at one shard', () => {
  const fill = async () => {
    const device = await addDevice(store);
    await addRuns(store, { device, sequence, count: 300 });
    return device;
  };

  test('while one has the shard, the other skips it', async () => {
    const device = await fill();
    await store.db.transaction(async (first) => {
      expect(await lock(first, device)).toBe(true);
      // Between the lock and the take of the first, where a second one could fill the room as well.
      expect(await select(device)).toEqual([]);
      expect(await take(first, device)).toHaveLength(100);
      expect(await select(device)).toEqual([]);
    });
    expect(await select(device)).toEqual([]);
    expect(await countQueued(device)).toBe(100);
  });

  test('one that began before the other committed counts what the other took', async () => {
    // Guards: the room counted on a snapshot older than the lock; measured before, 200 instead of 100.
    const device = await fill();
    await store.db.transaction(async (first) => {
      await findStaleQueued(first, { age: durationMs(0), limit: 1, after: deviceId(0) });
      expect(await select(device)).toHaveLength(100);
      expect(await lock(first, device)).toBe(true);
      expect(await take(first, device)).toHaveLength(0);
    });
    expect(await countQueued(device)).toBe(100);
  });

  test('the lock ends with its transaction, a failed one too', async () => {
    const device = await fill();
    const failing = store.db.transaction(async (tx) => {
      await lock(tx, device);
      throw new Error('crash');
    });
    await expect(failing).rejects.toThrow('crash');
    expect(await select(device)).toHaveLength(100);
  });

  test('of different shards do not hinder each other', async () => {
    await store.db.transaction(async (first) => {
      expect(await lockShards(first, [1, 3])).toEqual([1, 3]);
      await store.db.transaction(async (second) => {
        expect(await lockShards(second, [1, 2, 3, 4])).toEqual([2, 4]);
      });
    });
  });
});

describe('findStaleQueued', () => {
  test('finds what has been queued for so long, device by device', async () => {
    const [first, second] = [await addDevice(store), await addDevice(store)];
    const queued = (device: typeof first, seconds: number, dispatch_state = 'queued') =>
      run(device, { dispatch_state, dispatch_seq: 2, worker_assigned_at: ago(seconds * 1_000) });
    const [late, early] = [await queued(second, 3_800), await queued(first, 3_700)];
    await queued(first, 3_500);
    await queued(first, 3_900, 'sending');
    const row = (sequenceContactId: typeof late, device: typeof first) => ({
      sequenceContactId,
      deviceId: device,
      dispatchSeq: 2,
    });
    const find = async (limit: number, after: typeof first) =>
      await findStaleQueued(store.db, { age: durationMs(3_600_000), limit, after });
    expect(await find(10, deviceId(0))).toEqual([row(early, first), row(late, second)]);
    expect(await find(1, deviceId(0))).toEqual([row(early, first)]);
    expect(await find(1, first)).toEqual([row(late, second)]);
  });
});
