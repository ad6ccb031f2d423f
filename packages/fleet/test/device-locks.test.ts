import { once } from 'node:events';
import { type DeviceId, deviceId, durationMs, workerId } from '@dripfleet/domain';
import { createTestRedis, startOwnRedis, type TestRedis } from '@dripfleet/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeviceLocks } from '../src/index.ts';

const ttl = durationMs(20_000);
const [me, other] = [workerId('worker-me'), workerId('worker-other')];
const lock = (device: DeviceId): string => `dripfleet:lock:${device}`;
let last = 0;
const nextDevice = (): DeviceId => deviceId((last += 1));

let testRedis: TestRedis;
let redis: Redis;
let mine: DeviceLocks;
let theirs: DeviceLocks;

beforeAll(async () => {
  testRedis = await createTestRedis();
  redis = new Redis(testRedis.url);
  mine = new DeviceLocks(redis, me, ttl);
  theirs = new DeviceLocks(redis, other, ttl);
});
afterAll(async () => {
  redis.disconnect();
  await testRedis.release();
});

describe('take', () => {
  test('takes what is free or mine, not what another holds', async () => {
    const [free, held, own] = [nextDevice(), nextDevice(), nextDevice()];
    await theirs.take([held]);
    await mine.take([own]);
    expect(await mine.take([free, held, own])).toEqual([free, own]);
    expect(await redis.mget(lock(free), lock(held), lock(own))).toEqual([me, other, me]);
  });

  test('a lock runs out by itself, so that a dead worker leaves none behind', async () => {
    const device = nextDevice();
    await mine.take([device]);
    const left = await redis.pttl(lock(device));
    expect(left).toBeGreaterThan(15_000);
    expect(left).toBeLessThanOrEqual(20_000);
    await redis.pexpire(lock(device), 0);
    expect(await theirs.take([device])).toEqual([device]);
  });

  test('of two at once one has each lock', async () => {
    const devices = Array.from({ length: 200 }, nextDevice);
    const [a, b] = await Promise.all([mine.take(devices), theirs.take(devices.toReversed())]);
    expect(a.length + b.length).toBe(200);
    expect(new Set([...a, ...b]).size).toBe(200);
  });
});

describe('renew', () => {
  test('gives mine their full time again', async () => {
    const device = nextDevice();
    await mine.take([device]);
    await redis.pexpire(lock(device), 1_000);
    expect(await mine.renew([device])).toEqual([]);
    expect(await redis.pttl(lock(device))).toBeGreaterThan(15_000);
  });

  test('takes a lost one again: Redis may have been emptied, which says nothing about who owns', async () => {
    // Guards R7: a restarted Redis making every device change its worker.
    const device = nextDevice();
    await mine.take([device]);
    await redis.del(lock(device));
    expect(await mine.renew([device])).toEqual([]);
    expect(await redis.get(lock(device))).toBe(me);
  });

  test('reports those that another holds, and leaves them', async () => {
    const [own, held] = [nextDevice(), nextDevice()];
    await mine.take([own]);
    await theirs.take([held]);
    await redis.pexpire(lock(held), 5_000);
    expect(await mine.renew([own, held])).toEqual([held]);
    expect(await redis.get(lock(held))).toBe(other);
    expect(await redis.pttl(lock(held))).toBeLessThanOrEqual(5_000);
  });
});

describe('release', () => {
  test('gives mine back, and never another\u2019s', async () => {
    // Guards: the late stop of a worker ending the lock of its successor.
    const [own, held] = [nextDevice(), nextDevice()];
    await mine.take([own]);
    await theirs.take([held]);
    await mine.release([own, held]);
    expect(await redis.mget(lock(own), lock(held))).toEqual([null, other]);
  });
});

test('for no devices Redis is asked only whether it is there', async () => {
  const gone = new Redis(testRedis.url, { lazyConnect: true, enableOfflineQueue: false });
  const locks = new DeviceLocks(gone, me, ttl);
  expect([await locks.take([]), await locks.release([])]).toEqual([[], undefined]);
  // Guards: a worker that gave all its devices up for want of Redis, taken for one that reaches it.
  await expect(locks.renew([])).rejects.toThrow('writeable');
  await expect(locks.take([nextDevice()])).rejects.toThrow('writeable');
  gone.disconnect();
});

test('renewal works while Redis is full', async () => {
  // Guards R7: a full Redis costing a fleet its locks. A server of its own, for its memory is shared by all tests.
  const server = await startOwnRedis();
  const full = new Redis(server.url);
  try {
    await once(full, 'ready');
    const locks = new DeviceLocks(full, me, ttl);
    const device = nextDevice();
    await locks.take([device]);
    await full.pexpire(lock(device), 5_000);
    await full.config('SET', 'maxmemory-policy', 'noeviction');
    await full.config('SET', 'maxmemory', '1');
    await expect(full.set('more', 'data')).rejects.toThrow('OOM');
    expect(await locks.renew([device])).toEqual([]);
    expect(await full.pttl(lock(device))).toBeGreaterThan(15_000);
  } finally {
    full.disconnect();
    await server.stop();
  }
});
