import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { DeviceId } from '@dripfleet/domain';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DeviceQueue,
  DeviceQueueConsumer,
  DeviceQueueProducer,
  findWaiting,
} from '../src/index.ts';
import { nextDevice, openRedisBench, type RedisBench, rowsOf } from './redis-fixture.ts';

/** What we rely on in BullMQ 6.7.0, most of it not in its documentation. A new version has to pass this first. */
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

/** How often a script was called, by whomever. */
async function countScripts(): Promise<number> {
  const stats = await bench.redis.info('commandstats');
  return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}

/** A device with jobs, the first of them in hand. */
async function fetchOne(count = 1) {
  const device = nextDevice();
  await producer.enqueue(rowsOf(device, count));
  const queue = consumer.open(device, 'worker-a:7');
  const job = await queue.fetch();
  if (!job) throw new Error('no job');
  return { device, queue, job };
}

describe('connections', () => {
  test('300 device queues, fetching and finishing, share the one connection they were given', async () => {
    // Guards P4: a stock Worker opens a blocking connection of its own, 3,002 for 3,000 devices.
    const name = 'three-hundred';
    const redis = await bench.connect(name);
    const own = new DeviceQueueConsumer(redis);
    const enqueue = new DeviceQueueProducer(redis);
    const before = await countClients();
    const queues: DeviceQueue[] = [];
    for (let n = 0; n < 300; n += 1) {
      const device = nextDevice();
      await enqueue.enqueue(rowsOf(device, 1));
      queues.push(own.open(device, 'worker-a:7'));
    }
    const jobs = await Promise.all(queues.map(async (queue) => await queue.fetch()));
    expect(jobs.filter((job) => job?.payload)).toHaveLength(300);
    await Promise.all(queues.map(async (queue, n) => await queue.complete(jobs[n]?.id ?? '')));
    expect(await countClients()).toBe(before);
    const clients = String(await bench.redis.client('LIST'));
    expect(clients.split('\n').filter((line) => line.includes(`name=${name}`))).toHaveLength(1);
    await Promise.all(queues.map(async (queue) => await queue.close()));
    expect(redis.status).toBe('ready');
  });

  /** Connections to this file's database; other files have their own. */
  async function countClients(): Promise<number> {
    const database = new URL(bench.url).pathname.slice(1);
    const clients = String(await bench.redis.client('LIST'));
    return clients.split('\n').filter((line) => line.includes(` db=${database} `)).length;
  }
});

describe('fetching', () => {
  test('an empty queue answers at once', async () => {
    const queue = consumer.open(nextDevice(), 'worker-a:7');
    expect(await queue.fetch()).toBeUndefined();
    await queue.close();
  });

  test('jobs come in the order in which they were put in, one at a time, and finishing one fetches none', async () => {
    const { device, queue, job } = await fetchOne(3);
    expect(job.id).toBe('sc_1_3');
    expect(job.payload).toEqual({ sequenceContactId: 1, dispatchSeq: 3, stepKey: 'hello' });
    await queue.complete(job.id);
    expect(await bench.redis.llen(key(device, 'active'))).toBe(0);
    expect((await queue.fetch())?.id).toBe('sc_2_3');
    expect((await queue.fetch())?.id).toBe('sc_3_3');
    expect(await queue.fetch()).toBeUndefined();
    await queue.close();
  });

  test('a job in hand is locked for 15 min under the token of its holder, and nobody renews it', async () => {
    const { device, queue, job } = await fetchOne();
    expect(await bench.redis.get(key(device, `${job.id}:lock`))).toBe('worker-a:7');
    const left = await bench.redis.pttl(key(device, `${job.id}:lock`));
    expect(left).toBeGreaterThan(890_000);
    expect(left).toBeLessThanOrEqual(900_000);
    await queue.close();
  });

  test('closing leaves the job in hand where it is', async () => {
    const { device, queue, job } = await fetchOne();
    await queue.close();
    expect(await bench.redis.lrange(key(device, 'active'), 0, -1)).toEqual([job.id]);
  });
});

describe('finishing', () => {
  test('leaves nothing of a job but the queue\u2019s own keys', async () => {
    const { device, queue, job } = await fetchOne();
    expect(await queue.complete(job.id)).toBe(true);
    const left = await bench.redis.keys(key(device, '*'));
    expect(left.filter((name) => /sc_|completed|failed/.test(name))).toEqual([]);
    await queue.close();
  });

  const forgotten: readonly [string, (device: DeviceId, id: string) => Promise<unknown>][] = [
    ['the job is gone (-1)', async (device, id) => await bench.redis.del(key(device, id))],
    [
      'its lock is gone (-2)',
      async (device, id) => await bench.redis.del(key(device, `${id}:lock`)),
    ],
    ['it is not active (-3)', async (device) => await bench.redis.del(key(device, 'active'))],
    [
      'its lock is another\u2019s (-6)',
      async (device, id) => await bench.redis.set(key(device, `${id}:lock`), 'worker-b:8'),
    ],
    ['Redis was emptied', async () => await bench.redis.flushdb()],
  ];
  test.each(forgotten)('is no error when %s', async (_, forget) => {
    // Guards: a message that was sent and stored being counted as failed because Redis forgot its doorbell.
    const { device, queue, job } = await fetchOne();
    await forget(device, job.id);
    expect(await queue.complete(job.id)).toBe(false);
    await queue.close();
  });

  test('with the next fetched is one script, and the next is as a fetched one is', async () => {
    const { device, queue, job } = await fetchOne(3);
    const before = await countScripts();
    const second = await queue.completeAndFetch(job.id);
    expect((await countScripts()) - before).toBe(1);
    expect(second).toEqual({
      id: 'sc_2_3',
      payload: { sequenceContactId: 2, dispatchSeq: 3, stepKey: 'hello' },
    });
    expect(await bench.redis.lrange(key(device, 'active'), 0, -1)).toEqual(['sc_2_3']);
    expect(await bench.redis.get(key(device, 'sc_2_3:lock'))).toBe('worker-a:7');
    expect((await queue.completeAndFetch('sc_2_3'))?.id).toBe('sc_3_3');
    expect(await queue.completeAndFetch('sc_3_3')).toBeUndefined();
    const left = await bench.redis.keys(key(device, '*'));
    expect(left.filter((name) => /sc_|completed|failed|wait|active/.test(name))).toEqual([]);
    await queue.close();
  });

  test.each(forgotten.slice(0, 2))('with the next fetched goes on when %s', async (_, forget) => {
    const { device, queue, job } = await fetchOne(2);
    await forget(device, job.id);
    expect((await queue.completeAndFetch(job.id))?.id).toBe('sc_2_3');
    await queue.close();
  });

  test('any other refusal is an error', async () => {
    const { device, queue, job } = await fetchOne();
    await bench.redis.del(key(device, 'active'));
    await bench.redis.set(key(device, 'active'), 'not a list');
    await expect(queue.complete(job.id)).rejects.toThrow('WRONGTYPE');
    await queue.close();
  });

  test('of a job that is not in hand does nothing', async () => {
    const { device, queue } = await fetchOne(2);
    expect(await queue.complete('sc_2_3')).toBe(false);
    expect(await bench.redis.llen(key(device, 'wait'))).toBe(1);
    await queue.close();
  });
});

describe('job ids', () => {
  test('an id of ours that is in the queue already is not put in twice', async () => {
    const device = nextDevice();
    await producer.enqueue(rowsOf(device, 1));
    await producer.enqueue(rowsOf(device, 1));
    expect(await bench.redis.lrange(key(device, 'wait'), 0, -1)).toEqual(['sc_1_3']);
  });

  test('a finished id may be used again: nothing remembers it', async () => {
    const { device, queue, job } = await fetchOne();
    await queue.complete(job.id);
    await producer.enqueue(rowsOf(device, 1));
    expect((await queue.fetch())?.id).toBe('sc_1_3');
    await queue.close();
  });

  test.each(['12345', 'sc:1'])('%s is refused by BullMQ, so ours is neither', async (jobId) => {
    const queue = bench.stockQueue(nextDevice());
    await expect(queue.add('send', {}, { jobId })).rejects.toThrow('Custom Id cannot');
  });
});

describe('others on our queues', () => {
  test('a stock Queue counts and reads our jobs', async () => {
    const { device, queue } = await fetchOne(3);
    const stock = bench.stockQueue(device);
    expect(await stock.getJobCounts('waiting', 'active', 'completed', 'failed')).toEqual({
      waiting: 2,
      active: 1,
      completed: 0,
      failed: 0,
    });
    const [job] = await stock.getWaiting();
    expect(job?.data).toEqual({ v: 1, row: 2, seq: 3, step: 'hello' });
    await queue.close();
  });

  test('Bull Board reads our queues', async () => {
    const { device, queue } = await fetchOne(3);
    const board = new BullMQAdapter(bench.stockQueue(device));
    expect(board.getName()).toBe(`device-${device}`);
    expect(await board.getJobCounts()).toMatchObject({ waiting: 2, active: 1 });
    const jobs = await board.getJobs(['waiting'], 0, 10);
    expect(new Set(jobs.map((job) => job.id))).toEqual(new Set(['sc_2_3', 'sc_3_3']));
    await queue.close();
  });

  test('a job that a stock Queue puts in is fetched, and is not taken for ours', async () => {
    const device = nextDevice();
    await bench.stockQueue(device).add('hello', { phone: '+15550000001' });
    const queue = consumer.open(device, 'worker-a:7');
    const job = await queue.fetch();
    expect(job).toEqual({ id: '1', payload: undefined });
    expect(await queue.complete('1')).toBe(true);
    await queue.close();
  });

  test('a stock Worker would take our jobs: they are plain BullMQ jobs', async () => {
    const device = nextDevice();
    await producer.enqueue(rowsOf(device, 1));
    const worker = new Worker(`device-${device}`, null, {
      connection: { url: bench.url },
      autorun: false,
    });
    expect((await worker.getNextJob('stock', { block: false }))?.id).toBe('sc_1_3');
    await worker.close(true);
  });
});

describe('what waits', () => {
  test('a delayed job is seen from its instant on, by the score that BullMQ gives it', async () => {
    const device = nextDevice();
    const added = await bench.stockQueue(device).add('later', {}, { delay: 60_000 });
    const due = added.timestamp + 60_000;
    expect(await findWaiting(bench.redis, [device], due - 1)).toEqual([]);
    expect(await findWaiting(bench.redis, [device], due)).toEqual([device]);
    const [, score] = await bench.redis.zrange(key(device, 'delayed'), 0, 0, 'WITHSCORES');
    expect(Math.floor(Number(score) / 4_096)).toBe(due);
  });

  test('the event streams stay at about a hundred entries', async () => {
    // Guards: the default of 10,000 costs 480 KB a queue, 1.4 GB for 3,000 devices.
    const device = nextDevice();
    for (let n = 0; n < 10; n += 1) await producer.enqueue(rowsOf(device, 100, 1 + n * 100));
    expect(await bench.redis.xlen(key(device, 'events'))).toBeLessThanOrEqual(300);
  });
});
