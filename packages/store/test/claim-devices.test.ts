import { randomUUID } from 'node:crypto';
import { type DeviceId, durationMs, epoch, type WorkerId, workerId } from '@dripfleet/domain';
import {
  addDevice,
  addWorker,
  ago,
  type Columns,
  openTestStore,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  claimDevices,
  type Claimed,
  type ClaimRequest,
  findDevices,
  findOwnedDevices,
  findPeers,
  heartbeatWorker,
  openDatabase,
  registerWorker,
  releaseDevices,
  removeWorkers,
} from '../src/index.ts';

const steal = durationMs(24_000);
let store: TestStore;
let me: WorkerId;

beforeAll(async () => {
  store = await openTestStore();
  me = await addWorker(store);
});
afterAll(async () => await store.close());

const claim = async (
  devices: readonly DeviceId[],
  { by = me, ...options }: Partial<ClaimRequest> & { by?: WorkerId } = {},
): Promise<readonly Claimed[]> =>
  await claimDevices(store.db, by, {
    devices,
    steal,
    maySteal: true,
    engine: 'workers',
    ...options,
  });

/** A device owned at epoch 7 by a worker heard from so long ago. */
async function addOwned(heartbeatAge: number, columns: Columns = {}) {
  const owner = await addWorker(store, { heartbeatAge });
  const device = await addDevice(store, { owner_worker_id: owner, owner_epoch: 7, ...columns });
  return { owner, device };
}

const ownerOf = async (device: DeviceId) => {
  const [row] = await findDevices(store.db, [device]);
  return { owner: row?.owner, epoch: row?.epoch };
};

describe('a claim', () => {
  test('of a free device is granted under a new epoch', async () => {
    const device = await addDevice(store, { owner_epoch: 41 });
    expect(await claim([device])).toEqual([
      { deviceId: device, epoch: epoch(42), previousOwner: undefined },
    ]);
    expect(await ownerOf(device)).toEqual({ owner: me, epoch: 42 });
  });

  test('of a device that is mine already is granted, and the epoch rises all the same', async () => {
    // Guards: what was begun before a fence or a restart passing as decided after it.
    const device = await addDevice(store, { owner_worker_id: me, owner_epoch: 7 });
    expect(await claim([device], { maySteal: false })).toEqual([
      { deviceId: device, epoch: epoch(8), previousOwner: me },
    ]);
  });

  test.each([0, 23_000])('never takes from an owner heard from %i ms ago', async (age) => {
    const { owner, device } = await addOwned(age);
    expect(await claim([device])).toEqual([]);
    expect(await ownerOf(device)).toEqual({ owner, epoch: 7 });
  });

  test('takes from an owner silent for longer than steal, and says from whom', async () => {
    const { owner, device } = await addOwned(25_000);
    expect(await claim([device])).toEqual([
      { deviceId: device, epoch: epoch(8), previousOwner: owner },
    ]);
  });

  test('takes from an owner that is not in the registry any more', async () => {
    const device = await addDevice(store, { owner_worker_id: randomUUID(), owner_epoch: 7 });
    expect(await claim([device])).toHaveLength(1);
  });

  test('takes nothing from a dead owner while the claimer may not steal', async () => {
    // Guards: after an outage of Postgres everybody looks dead to everybody, and all devices would move.
    const { owner, device } = await addOwned(3_600_000);
    expect(await claim([device], { maySteal: false })).toEqual([]);
    expect(await ownerOf(device)).toEqual({ owner, epoch: 7 });
  });

  test('of a device reserved for another has to wait until the reservation has run out', async () => {
    const until = { reserved_until: ago(-30_000) };
    const other = await addDevice(store, { reserved_for: randomUUID(), ...until });
    const mine = await addDevice(store, { reserved_for: me, ...until });
    const old = await addDevice(store, { reserved_for: randomUUID(), reserved_until: ago(1_000) });
    const granted = await claim([other, mine, old]);
    expect(granted.map(({ deviceId }) => deviceId).toSorted((a, b) => a - b)).toEqual([mine, old]);
    const rows = await store.sql('select reserved_for, reserved_until from devices where id = $1', [
      mine,
    ]);
    expect(rows).toEqual([{ reserved_for: null, reserved_until: null }]);
  });

  test.each([
    ['paused', { desired_state: 'paused' }],
    ['draining', { desired_state: 'draining' }],
    ['restricted', { session_state: 'restricted' }],
    ['logged out', { session_state: 'logged_out' }],
    ['never paired', { session_state: 'unpaired' }],
  ])('of a device that may not send (%s) is granted to its owner alone', async (_, columns) => {
    // It still has to be followed: replies are read in a pause, and a drain has to be finished.
    const free = await addDevice(store, columns);
    const mine = await addDevice(store, { ...columns, owner_worker_id: me });
    expect((await claim([free, mine])).map(({ deviceId }) => deviceId)).toEqual([mine]);
  });

  test('of a drained device is granted to nobody', async () => {
    const device = await addDevice(store, { desired_state: 'drained', owner_worker_id: me });
    expect(await claim([device])).toEqual([]);
  });

  test('is granted to the engine that serves the device', async () => {
    const device = await addDevice(store, { engine: 'direct' });
    expect(await claim([device])).toEqual([]);
    expect(await claim([device], { engine: 'direct' })).toHaveLength(1);
    // Guards: a device that a rollout moved, and that its owner can't take up again to give it up in order.
    await store.sql(`update devices set engine = 'workers' where id = $1`, [device]);
    expect(await claim([device], { engine: 'direct' })).toHaveLength(1);
  });

  test('takes only what was asked for', async () => {
    const [asked, other] = [await addDevice(store), await addDevice(store)];
    await claim([asked]);
    expect(await ownerOf(other)).toEqual({ owner: undefined, epoch: 0 });
  });

  test('skips a device that another transaction holds, without waiting', async () => {
    const device = await addDevice(store);
    const other = await store.connect();
    const impatient = openDatabase({ url: store.url, applicationName: 'test', lockTimeout: 1 });
    await other.sql('begin');
    await other.sql('select from devices where id = $1 for no key update', [device]);
    const request = { devices: [device], steal, maySteal: true, engine: 'workers' } as const;
    expect(await claimDevices(impatient, me, request)).toEqual([]);
    await other.sql('rollback');
    await other.close();
    await impatient.close();
  });

  test('by two workers at once gives each of fifty devices one owner and one epoch', async () => {
    const others = openDatabase({ url: store.url, applicationName: 'other' });
    const [first, second] = [await addWorker(store), await addWorker(store)];
    for (let round = 0; round < 10; round += 1) {
      const devices: DeviceId[] = [];
      for (let n = 0; n < 50; n += 1) devices.push(await addDevice(store));
      const request = { devices, steal, maySteal: true, engine: 'workers' } as const;
      const [a, b] = await Promise.all([
        claimDevices(store.db, first, request),
        claimDevices(others, second, { ...request, devices: devices.toReversed() }),
      ]);
      const granted = [...a, ...b].map(({ deviceId }) => deviceId);
      expect(new Set(granted).size).toBe(granted.length);
      const rows = await findDevices(store.db, devices);
      for (const { deviceId, owner, epoch: at } of rows) {
        const by = a.some((one) => one.deviceId === deviceId) ? first : second;
        const isGranted = granted.includes(deviceId);
        expect([owner, at]).toEqual(isGranted ? [by, 1] : [undefined, 0]);
      }
    }
    await others.close();
  });
});

describe('a release', () => {
  test('gives up what is held under that epoch; the session is closed', async () => {
    const device = await addDevice(store, {
      owner_worker_id: me,
      owner_epoch: 7,
      owner_claimed_at: ago(0),
      session_state: 'open',
    });
    expect(await releaseDevices(store.db, me, [{ deviceId: device, epoch: epoch(7) }])).toEqual([
      device,
    ]);
    const rows = await store.sql(
      'select owner_worker_id, owner_claimed_at, owner_epoch, session_state from devices where id = $1',
      [device],
    );
    expect(rows).toEqual([
      { owner_worker_id: null, owner_claimed_at: null, owner_epoch: 7, session_state: 'closed' },
    ]);
  });

  test.each([
    ['under an older epoch', 6, undefined],
    ['of another worker', 7, workerId('11111111-1111-4111-8111-111111111111')],
  ])('%s does nothing', async (_, at, by) => {
    // Guards: the slow stop of a worker that was stolen from, ending the claim of the new owner.
    const device = await addDevice(store, { owner_worker_id: me, owner_epoch: 7 });
    const given = [{ deviceId: device, epoch: epoch(at) }];
    expect(await releaseDevices(store.db, by ?? me, given)).toEqual([]);
    expect(await ownerOf(device)).toEqual({ owner: me, epoch: 7 });
  });

  test.each([
    ['draining', 'drained'],
    ['paused', 'paused'],
    ['running', 'running'],
  ])('of a %s device leaves it %s', async (before, after) => {
    const device = await addDevice(store, {
      owner_worker_id: me,
      owner_epoch: 7,
      desired_state: before,
    });
    await releaseDevices(store.db, me, [{ deviceId: device, epoch: epoch(7) }]);
    const rows = await store.sql('select desired_state from devices where id = $1', [device]);
    expect(rows).toEqual([{ desired_state: after }]);
  });

  test('keeps what the network said of the account', async () => {
    const device = await addDevice(store, {
      owner_worker_id: me,
      owner_epoch: 7,
      session_state: 'restricted',
    });
    await releaseDevices(store.db, me, [{ deviceId: device, epoch: epoch(7) }]);
    const rows = await store.sql('select session_state from devices where id = $1', [device]);
    expect(rows).toEqual([{ session_state: 'restricted' }]);
  });
});

describe('a hand-off', () => {
  const successor = workerId('22222222-2222-4222-8222-222222222222');
  const give = async (columns: Record<string, unknown> = {}) => {
    const held = { owner_worker_id: me, owner_epoch: 7, ...columns };
    const device = await addDevice(store, held);
    await releaseDevices(store.db, me, [{ deviceId: device, epoch: epoch(7), successor }]);
    return device;
  };
  const claimBy = async (worker: WorkerId, device: DeviceId) =>
    await claim([device], { by: worker });

  test('keeps the device for its successor alone, the giver included', async () => {
    // Guards: a device that goes back and forth between a full worker and whoever scans first.
    const device = await give();
    expect(await claimBy(me, device)).toEqual([]);
    expect(await claimBy(successor, device)).toMatchObject([{ deviceId: device }]);
  });

  test('holds for half a minute: a successor that died keeps it from nobody', async () => {
    const device = await give();
    const [kept] = await store.sql<{ s: number }>(
      'select extract(epoch from reserved_until - now())::float as s from devices where id = $1',
      [device],
    );
    expect(kept?.s).toBeGreaterThan(25);
    expect(kept?.s).toBeLessThanOrEqual(30);
    await store.sql(`update devices set reserved_until = now() - interval '1 s' where id = $1`, [
      device,
    ]);
    expect(await claimBy(me, device)).toMatchObject([{ deviceId: device }]);
  });

  test('of a draining device is none: it is drained', async () => {
    const device = await give({ desired_state: 'draining' });
    const rows = await store.sql('select desired_state, reserved_for from devices where id = $1', [
      device,
    ]);
    expect(rows).toEqual([{ desired_state: 'drained', reserved_for: null }]);
  });

  test('a later release without a successor keeps nothing', async () => {
    const device = await give();
    const [claimed] = await claimBy(successor, device);
    if (!claimed) throw new Error('not claimed');
    await releaseDevices(store.db, successor, [claimed]);
    const rows = await store.sql('select reserved_for, reserved_until from devices where id = $1', [
      device,
    ]);
    expect(rows).toEqual([{ reserved_for: null, reserved_until: null }]);
  });
});

test('peers are the others that live and stay, with what they have and are about to get', async () => {
  // Guards: a device handed to a worker that is dead, or about to end.
  const [live, dead, draining, direct] = await Promise.all([
    addWorker(store, { heartbeatAge: 1_000 }),
    addWorker(store, { heartbeatAge: 25_000 }),
    addWorker(store, { draining: true }),
    addWorker(store, { engine: 'direct' }),
  ]);
  await registerWorker(store.db, me, {
    host: 'host-a',
    build: 'test',
    capacity: 10,
    engine: 'workers',
  });
  const soon = ago(-30_000);
  await addDevice(store, { owner_worker_id: live });
  await addDevice(store, { reserved_for: live, reserved_until: soon });
  await addDevice(store, { reserved_for: live, reserved_until: ago(1_000) });
  await addDevice(store, { owner_worker_id: me, reserved_for: live, reserved_until: soon });
  const peers = await findPeers(store.db, me, durationMs(24_000));
  expect(peers.find(({ worker }) => worker === live)).toMatchObject({ devices: 2, redisOk: true });
  expect(peers.map(({ worker }) => worker)).not.toContain(me);
  expect(peers.map(({ worker }) => worker)).not.toContain(dead);
  expect(peers.map(({ worker }) => worker)).not.toContain(draining);
  expect(peers.map(({ worker }) => worker)).not.toContain(direct);
});

describe('the registry of workers', () => {
  const facts = { host: 'host-b', build: 'test', capacity: 3, engine: 'workers' } as const;
  const find = async (id: WorkerId) =>
    await store.sql(
      'select redis_ok, draining, capacity, wanted_devices from workers where id = $1',
      [id],
    );

  test('a heartbeat tells how the worker is, and says when nobody knows it', async () => {
    const id = workerId(randomUUID());
    const life = { redisOk: false, draining: true, wantedDevices: 3 };
    expect(await heartbeatWorker(store.db, id, life)).toBe(false);
    await registerWorker(store.db, id, facts);
    expect(await heartbeatWorker(store.db, id, life)).toBe(true);
    expect(await find(id)).toEqual([
      { redis_ok: false, draining: true, capacity: 3, wanted_devices: 3 },
    ]);
  });

  test('a heartbeat brings a worker back to life: its devices may not be taken any more', async () => {
    const { owner, device } = await addOwned(60_000);
    await heartbeatWorker(store.db, owner, { redisOk: true, draining: false, wantedDevices: 0 });
    expect(await claim([device])).toEqual([]);
  });

  test('a worker leaves only when it owns nothing; those dead for a day are swept', async () => {
    const dead = await addWorker(store, { heartbeatAge: 90_000_000 });
    const { owner: owning } = await addOwned(90_000_000);
    const young = await addWorker(store, { heartbeatAge: 80_000_000 });
    const leaving = await addWorker(store);
    const { owner: busy } = await addOwned(0);
    await removeWorkers(store.db, leaving);
    await removeWorkers(store.db, busy);
    const left = await Promise.all([dead, owning, young, leaving, busy].map(find));
    expect(left.map((rows) => rows.length)).toEqual([0, 1, 1, 0, 1]);
  });

  test('what a worker owns is told with its epoch and whether it may send', async () => {
    const worker = await addWorker(store);
    const owned = { owner_worker_id: worker, owner_epoch: 3 };
    const running = await addDevice(store, owned);
    const paused = await addDevice(store, {
      ...owned,
      desired_state: 'paused',
      engine: 'direct',
    });
    const found = await findOwnedDevices(store.db, worker);
    expect(found.toSorted((a, b) => a.deviceId - b.deviceId)).toEqual([
      { deviceId: running, epoch: 3, desiredState: 'running', engine: 'workers', maySend: true },
      { deviceId: paused, epoch: 3, desiredState: 'paused', engine: 'direct', maySend: false },
    ]);
  });
});
