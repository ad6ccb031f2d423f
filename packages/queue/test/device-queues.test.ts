import { once } from 'node:events';
import type { DeviceId } from '@dripfleet/domain';
import { startOwnRedis } from '@dripfleet/testkit';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DeviceQueueConsumer,
  DeviceQueueProducer,
  emptyQueue,
  findJobIds,
  findWaiting,
  isSentinelSet,
  nudge,
  nudgeChannel,
  parseDeviceIds,
  redisTakesWrites,
  setSentinel,
  wakeChannel,
} from '../src/index.ts';
import { nextDevice, openRedisBench, type RedisBench, rowsOf } from './redis-fixture.ts';

let bench: RedisBench;
let producer: DeviceQueueProducer;
let consumer: DeviceQueueConsumer;

beforeAll(async () => {
  bench = await openRedisBench();
  producer = new DeviceQueueProducer(bench.redis);
  consumer = new DeviceQueueConsumer(bench.redis);
});
afterAll(async () => await bench.close());

const key = (device: DeviceId, part: string): string => `bull:device-${device}:${part}`;

describe('DeviceQueueProducer', () => {
  test('puts each row into the queue of its device, in order, and wakes each device once', async () => {
    const [a, b] = [nextDevice(), nextDevice()];
    const subscriber = await bench.connect('subscriber');
    const woken: [string, string][] = [];
    await subscriber.subscribe(wakeChannel(a), wakeChannel(b));
    const both = new Promise<void>((resolve) => {
      subscriber.on('message', (channel: string, message: string) => {
        woken.push([channel, message]);
        if (woken.length === 2) resolve();
      });
    });
    const [a1, a2] = rowsOf(a, 2);
    const [b1] = rowsOf(b, 1);
    if (!a1 || !a2 || !b1) throw new Error('no rows');
    expect(await producer.enqueue([a1, b1, a2])).toEqual([]);
    await both;
    expect(new Map(woken)).toEqual(
      new Map([
        [wakeChannel(a), '2'],
        [wakeChannel(b), '1'],
      ]),
    );
    expect(await bench.redis.lrange(key(a, 'wait'), 0, -1)).toEqual(['sc_2_3', 'sc_1_3']);
    expect(await bench.redis.llen(key(b, 'wait'))).toBe(1);
  });

  test('a device whose queue refuses is reported whole; the others get their jobs', async () => {
    const [broken, fine] = [nextDevice(), nextDevice()];
    await bench.redis.set(key(broken, 'wait'), 'not a list');
    const rows = [...rowsOf(broken, 2), ...rowsOf(fine, 2)];
    const failed = await producer.enqueue(rows);
    expect(failed.map((row) => row.deviceId)).toEqual([broken, broken]);
    expect(await bench.redis.llen(key(fine, 'wait'))).toBe(2);
  });

  test('with a connection that is gone, every row is reported and nothing throws', async () => {
    const redis = await bench.connect('gone');
    redis.disconnect();
    const rows = rowsOf(nextDevice(), 3);
    expect(await new DeviceQueueProducer(redis).enqueue(rows)).toEqual(rows);
  });
});

describe('clear', () => {
  test('removes what an earlier owner had in hand, with its locks, and names the rows', async () => {
    // Guards: a job of a dead owner staying locked for 15 min, and its row queued for as long.
    const device = nextDevice();
    await producer.enqueue(rowsOf(device, 3));
    const dead = consumer.open(device, 'worker-a:7');
    await dead.fetch();
    await dead.fetch();
    const heir = consumer.open(device, 'worker-b:8');
    const cleared = await heir.clear();
    expect(cleared.toSorted((a, b) => a.sequenceContactId - b.sequenceContactId)).toEqual([
      { sequenceContactId: 1, deviceId: device, dispatchSeq: 3 },
      { sequenceContactId: 2, deviceId: device, dispatchSeq: 3 },
    ]);
    expect(await bench.redis.exists(key(device, 'active'), key(device, 'sc_1_3:lock'))).toBe(0);
    expect(await bench.redis.exists(key(device, 'sc_1_3'), key(device, 'sc_2_3'))).toBe(0);
    expect((await heir.fetch())?.id).toBe('sc_3_3');
    expect(await dead.complete('sc_1_3')).toBe(false);
    await dead.close();
    await heir.close();
  });

  test('names no row for a job that is not ours, and finds nothing in an empty queue', async () => {
    const device = nextDevice();
    await bench.stockQueue(device).add('hello', {}, { jobId: 'sc_1_x' });
    const queue = consumer.open(device, 'worker-a:7');
    await queue.fetch();
    expect(await queue.clear()).toEqual([]);
    expect(await queue.clear()).toEqual([]);
    await queue.close();
  });
});

describe('what a queue holds', () => {
  test('findJobIds names every job that a row may still get: waiting, in hand, delayed, prioritized', async () => {
    const [device, other] = [nextDevice(), nextDevice()];
    await producer.enqueue(rowsOf(device, 2));
    const queue = consumer.open(device, 'worker-a:7');
    await queue.fetch();
    const stock = bench.stockQueue(device);
    await stock.add('later', {}, { jobId: 'sc_8_1', delay: 60_000 });
    await stock.add('first', {}, { jobId: 'sc_9_1', priority: 1 });
    await producer.enqueue(rowsOf(other, 1, 9));
    expect([...(await findJobIds(bench.redis, [device]))].toSorted()).toEqual([
      'sc_1_3',
      'sc_2_3',
      'sc_8_1',
      'sc_9_1',
    ]);
    expect((await findJobIds(bench.redis, [])).size).toBe(0);
    await queue.close();
  });

  test('findJobIds throws for a queue that it can not read: its rows have not lost their jobs', async () => {
    const device = nextDevice();
    await bench.redis.set(key(device, 'wait'), 'no list');
    await expect(findJobIds(bench.redis, [device])).rejects.toThrow('WRONGTYPE');
  });

  test('findWaiting names the queues with something to fetch, in one call', async () => {
    const [waiting, inHand, prioritized, empty] = [
      nextDevice(),
      nextDevice(),
      nextDevice(),
      nextDevice(),
    ];
    await producer.enqueue([...rowsOf(waiting, 1), ...rowsOf(inHand, 1)]);
    const queue = consumer.open(inHand, 'worker-a:7');
    await queue.fetch();
    await bench.stockQueue(prioritized).add('first', {}, { priority: 1 });
    const all = [empty, prioritized, inHand, waiting];
    expect(await findWaiting(bench.redis, all, Date.now())).toEqual([prioritized, waiting]);
    expect(await findWaiting(bench.redis, [], Date.now())).toEqual([]);
    await queue.close();
  });

  test('emptyQueue removes what waits or is delayed, not what is in hand', async () => {
    const device = nextDevice();
    await producer.enqueue(rowsOf(device, 3));
    await bench.stockQueue(device).add('later', {}, { delay: 60_000 });
    const queue = consumer.open(device, 'worker-a:7');
    const job = await queue.fetch();
    await emptyQueue(bench.redis, device);
    expect([...(await findJobIds(bench.redis, [device]))]).toEqual([job?.id]);
    await queue.close();
  });

  test('emptyQueue leaves no listener behind', async () => {
    // Guards: a worker that gathers three listeners a drained device, for as long as it lives.
    const redis = await bench.connect('listeners');
    const count = () => redis.eventNames().reduce((n, name) => n + redis.listenerCount(name), 0);
    await emptyQueue(redis, nextDevice());
    const before = count();
    for (let n = 0; n < 20; n += 1) await emptyQueue(redis, nextDevice());
    expect(count()).toBe(before);
  });

  test.each([
    ['never had a connection', false],
    ['lost its connection', true],
  ])('emptyQueue throws at once when a service that %s has none', async (_, hadOne) => {
    // Guards: a drain that hangs for as long as Redis is away, because BullMQ waits for `ready` without an end.
    const server = await startOwnRedis();
    if (!hadOne) await server.stop();
    const redis = new Redis(server.url, { maxRetriesPerRequest: null, enableOfflineQueue: false });
    redis.on('error', () => {});
    try {
      if (hadOne) {
        await once(redis, 'ready');
        await emptyQueue(redis, nextDevice());
        const lost = once(redis, 'reconnecting');
        await server.stop();
        await lost;
      }
      await expect(emptyQueue(redis, nextDevice())).rejects.toThrow('writeable');
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  test('emptyQueue waits for a connection that is being made, if its commands do', async () => {
    // Guards: `dripfleet device drain`, whose first command to Redis this is.
    const device = nextDevice();
    await producer.enqueue(rowsOf(device, 1));
    const redis = new Redis(bench.url, { maxRetriesPerRequest: 0 });
    await emptyQueue(redis, device);
    expect(await redis.llen(key(device, 'wait'))).toBe(0);
    redis.disconnect();
  });
});

describe('a connection on which a first command failed', () => {
  test('works for the next one', async () => {
    // Guards: BullMQ's INFO at the start; refused once, every later call failed with it until the process ended.
    const redis = await bench.connect('no-info');
    const user = `no-info-${Date.now()}`;
    await bench.redis.acl('SETUSER', user, 'on', 'nopass', '~*', '&*', '+@all', '-info');
    await redis.auth(user, 'any');
    const device = nextDevice();
    const enqueue = new DeviceQueueProducer(redis);
    await enqueue.enqueue(rowsOf(device, 1));
    await bench.redis.acl('SETUSER', user, '+info');
    expect(await enqueue.enqueue(rowsOf(device, 1))).toEqual([]);
    const queue = new DeviceQueueConsumer(redis).open(device, 'worker-a:7');
    const job = await queue.fetch();
    expect(job?.id).toBe('sc_1_3');
    expect(await queue.complete(job?.id ?? '')).toBe(true);
    await queue.close();
    redis.disconnect();
    await bench.redis.acl('DELUSER', user);
  });
});

describe('signs', () => {
  test('the sentinel is there until Redis is emptied', async () => {
    await setSentinel(bench.redis);
    expect(await isSentinelSet(bench.redis)).toBe(true);
    await bench.redis.flushdb();
    expect(await isSentinelSet(bench.redis)).toBe(false);
  });

  test('a Redis that is full, read-only or away takes no writes, though it may answer', async () => {
    const server = await startOwnRedis();
    const redis = new Redis(server.url);
    try {
      await once(redis, 'ready');
      expect(await redisTakesWrites(redis)).toBe(true);
      expect(await redis.pttl('dripfleet:probe')).toBeGreaterThan(0);
      await redis.config('SET', 'maxmemory', '1');
      expect(await redis.ping()).toBe('PONG');
      expect(await redisTakesWrites(redis)).toBe(false);
      await redis.config('SET', 'maxmemory', '0');
      expect(await redisTakesWrites(redis)).toBe(true);
      await redis.replicaof('127.0.0.1', '1');
      expect(await redis.ping()).toBe('PONG');
      expect(await redisTakesWrites(redis)).toBe(false);
      redis.disconnect();
      expect(await redisTakesWrites(redis)).toBe(false);
    } finally {
      redis.disconnect();
      await server.stop();
    }
  });

  test('a nudge names its devices; anything else on the channel names none', async () => {
    const subscriber = await bench.connect('nudged');
    await subscriber.subscribe(nudgeChannel);
    const heard = once(subscriber, 'message');
    await nudge(bench.redis, []);
    await nudge(bench.redis, [nextDevice(), nextDevice()]);
    const [, message] = (await heard) as [string, string];
    expect(parseDeviceIds(message)).toHaveLength(2);
    for (const hostile of ['', '{', '{}', '[1.5]', '[-1]', '["1"]', 'null', '[1,null]', '7']) {
      expect(parseDeviceIds(hostile)).toEqual([]);
    }
  });
});
