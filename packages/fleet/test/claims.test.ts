import { once } from 'node:events';
import { type DeviceId, durationMs, type WorkerId } from '@dripfleet/domain';
import { claimDevices, findOwnedDevices, releaseDevices } from '@dripfleet/store';
import {
  addDevice,
  addWorker,
  createTestRedis,
  FakeClock,
  openTestStore,
  type TestRedis,
  type TestStore,
} from '@dripfleet/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Claims, type ClaimStore, DeviceLocks, Heartbeat } from '../src/index.ts';

const ttl = durationMs(20_000);
const stealAfter = durationMs(24_000);
const policy = { interval: durationMs(4_000), fenceAfter: durationMs(14_000), stealAfter };
let store: TestStore;
let testRedis: TestRedis;
let redis: Redis;
let claimStore: ClaimStore;

beforeAll(async () => {
  store = await openTestStore();
  testRedis = await createTestRedis();
  redis = new Redis(testRedis.url);
  await once(redis, 'ready');
  claimStore = {
    claimDevices: async (by, request) => await claimDevices(store.db, by, request),
    releaseDevices: async (by, held) => await releaseDevices(store.db, by, held),
    findOwnedDevices: async (by) => await findOwnedDevices(store.db, by),
  };
});
afterAll(async () => {
  redis.disconnect();
  await testRedis.release();
  await store.close();
});

/** A live worker whose heart has beaten so often, 4 s apart. */
async function join({ beats = 1, over = redis, at = claimStore } = {}) {
  const clock = new FakeClock();
  const worker = await addWorker(store);
  const heartbeat = new Heartbeat({
    clock,
    policy,
    beat: () => Promise.resolve(),
    fence: () => {},
  });
  for (let n = 0; n < beats; n += 1) {
    if (n > 0) await clock.advance(policy.interval);
    await heartbeat.beatOnce();
  }
  const locks = new DeviceLocks(over, worker, ttl);
  const claims = new Claims({ worker, store: at, locks, heartbeat, stealAfter, engine: 'workers' });
  return { clock, worker, heartbeat, claims };
}
const lockOf = async (device: DeviceId) => await redis.get(`dripfleet:lock:${device}`);
const ownerOf = async (device: DeviceId): Promise<WorkerId | null | undefined> => {
  const rows = await store.sql<{ owner_worker_id: WorkerId | null }>(
    'select owner_worker_id from devices where id = $1',
    [device],
  );
  return rows[0]?.owner_worker_id;
};

test('a claim holds the lock and the row, and carries the generation it was made in', async () => {
  const { worker, heartbeat, claims } = await join();
  const device = await addDevice(store);
  expect(await claims.claim([device])).toEqual([
    {
      deviceId: device,
      epoch: 1,
      worker,
      generation: heartbeat.generation,
      previousOwner: undefined,
    },
  ]);
  expect([await ownerOf(device), await lockOf(device)]).toEqual([worker, worker]);
});

test('of two workers one gets each device; the other asks Postgres for none of them', async () => {
  const [a, b] = [await join(), await join()];
  const devices: DeviceId[] = [];
  for (let n = 0; n < 50; n += 1) devices.push(await addDevice(store));
  const [first, second] = await Promise.all([
    a.claims.claim(devices),
    b.claims.claim(devices.toReversed()),
  ]);
  expect(first.length + second.length).toBe(50);
  for (const { deviceId, worker } of [...first, ...second]) {
    expect([await ownerOf(deviceId), await lockOf(deviceId)]).toEqual([worker, worker]);
  }
});

test('what another holds the lock of is not asked for', async () => {
  // Guards: every worker asking Postgres for every device.
  const device = await addDevice(store);
  const asked: DeviceId[] = [];
  const { claims } = await join({
    at: {
      ...claimStore,
      claimDevices: async (by, request) => {
        asked.push(...request.devices);
        return await claimStore.claimDevices(by, request);
      },
    },
  });
  await redis.set(`dripfleet:lock:${device}`, 'another');
  expect(await claims.claim([device])).toEqual([]);
  expect(asked).toEqual([]);
  expect(await ownerOf(device)).toBeNull();
});

test('a claim that was asked for before a fence can not pass the gate after it', async () => {
  // Guards: a process that was suspended between asking and starting its sessions.
  const device = await addDevice(store);
  const late = async () => {
    await one.clock.advance(policy.fenceAfter);
    await one.heartbeat.beatOnce();
  };
  const one = await join({
    at: {
      ...claimStore,
      claimDevices: async (by, request) => {
        await late();
        return await claimStore.claimDevices(by, request);
      },
    },
  });
  const [claim] = await one.claims.claim([device]);
  expect(one.heartbeat.isTrusted(one.heartbeat.generation)).toBe(true);
  expect(one.heartbeat.isTrusted(claim?.generation ?? 0)).toBe(false);
});

test('a release of what another owns by now leaves its lock alone', async () => {
  const device = await addDevice(store);
  const [one, other] = [await join(), await join()];
  const [claim] = await one.claims.claim([device]);
  if (!claim) throw new Error('not claimed');
  await store.sql('update devices set owner_worker_id = $2, owner_epoch = 9 where id = $1', [
    device,
    other.worker,
  ]);
  await redis.set(`dripfleet:lock:${device}`, other.worker);
  await one.claims.release([{ deviceId: device, epoch: claim.epoch, successor: undefined }]);
  expect([await ownerOf(device), await lockOf(device)]).toEqual([other.worker, other.worker]);
});

test('a lock without the grant of Postgres is given back at once', async () => {
  // Guards: a device locked for 20 s by a worker that may not have it.
  const { claims } = await join();
  const owner = await addWorker(store);
  const device = await addDevice(store, { owner_worker_id: owner });
  expect(await claims.claim([device])).toEqual([]);
  expect([await ownerOf(device), await lockOf(device)]).toEqual([owner, null]);
});

test('only a worker with an unbroken streak takes from a dead one', async () => {
  const dead = await addWorker(store, { heartbeatAge: 60_000 });
  const device = await addDevice(store, { owner_worker_id: dead, owner_epoch: 4 });
  const young = await join({ beats: 6 });
  expect(await young.claims.claim([device])).toEqual([]);
  const old = await join({ beats: 7 });
  expect(await old.claims.claim([device])).toMatchObject([{ epoch: 5, previousOwner: dead }]);
});

test('a worker whose deadline has passed claims nothing and touches no lock', async () => {
  const { clock, claims } = await join();
  const device = await addDevice(store);
  await clock.advance(14_000);
  expect(await claims.claim([device])).toEqual([]);
  expect([await ownerOf(device), await lockOf(device)]).toEqual([null, null]);
});

test('no claim without Redis, and what is owned stays owned', async () => {
  // Never connected: a lazy client would be, by the second command.
  const broken = new Redis('redis://127.0.0.1:1', { enableOfflineQueue: false });
  broken.on('error', () => {});
  const { worker, claims } = await join({ over: broken });
  const device = await addDevice(store);
  await expect(claims.claim([device])).rejects.toThrow('writeable');
  expect(await ownerOf(device)).toBeNull();
  const owned = await addDevice(store, { owner_worker_id: worker, owner_epoch: 3 });
  expect(await claims.renewLocks([owned])).toBe(false);
  expect(await claims.findOwned()).toMatchObject([{ deviceId: owned, epoch: 3 }]);
  broken.disconnect();
});

test('a release gives up row and lock; without Redis the row all the same', async () => {
  const { claims } = await join();
  const device = await addDevice(store);
  await claims.release(await claims.claim([device]));
  expect([await ownerOf(device), await lockOf(device)]).toEqual([null, null]);

  const over = new Redis(testRedis.url);
  const cut = await join({ over });
  const held = await cut.claims.claim([device]);
  expect(held).toHaveLength(1);
  over.disconnect();
  await cut.claims.release(held);
  expect(await ownerOf(device)).toBeNull();
});

test('a lost grant is found again: it is owned by Postgres, and claimed anew under another epoch', async () => {
  // Guards: the connection breaking after Postgres granted; the device must not stay with a worker that does not know.
  const { claims } = await join({
    at: {
      ...claimStore,
      claimDevices: async (by, request) => {
        const granted = await claimStore.claimDevices(by, request);
        if (granted.some(({ epoch }) => epoch === 1)) throw new Error('connection lost');
        return granted;
      },
    },
  });
  const device = await addDevice(store);
  await expect(claims.claim([device])).rejects.toThrow('connection lost');
  expect(await claims.findOwned()).toMatchObject([{ deviceId: device, epoch: 1 }]);
  expect(await claims.claim([device])).toMatchObject([{ deviceId: device, epoch: 2 }]);
});
