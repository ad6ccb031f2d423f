import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createTestDatabase, createTestRedis } from '@dripfleet/testkit';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

const devices = 300;

// Guards the promise that these are ordinary BullMQ queues, and the reason why they do not cost what ordinary ones do: a
// stock Worker has a blocking connection for each queue.
it('runs 300 device queues over three Redis connections a worker, and stock BullMQ reads them', async () => {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  const client = new Redis(redis.url, { maxRetriesPerRequest: null });
  try {
    const demo = startDemo(
      ['--devices', String(devices), '--contacts', '4500', '--workers', '2', '--no-kill'],
      { DATABASE_URL: database.url, REDIS_URL: redis.url },
    );
    await demo.accepted(4_000);

    const clients = String(await client.client('LIST'));
    const names = [...clients.matchAll(/name=worker-(?:sub-)?([0-9a-f-]{36})/g)].map(
      ([, id]) => id,
    );
    const perWorker = new Map<string | undefined, number>();
    for (const name of names) perWorker.set(name, (perWorker.get(name) ?? 0) + 1);
    expect(perWorker.size).toBe(2);
    expect(Math.max(...perWorker.values())).toBeLessThanOrEqual(3);

    const queueNames = Array.from({ length: devices }, (_, index) => `device-${index + 1}`);
    const queues = queueNames.map((name) => new Queue(name, { connection: client }));
    const counts = await Promise.all(queues.map((queue) => queue.getJobCounts()));
    expect(counts.some(({ waiting = 0 }) => waiting > 0)).toBe(true);
    const full = queues.find((_, index) => (counts[index]?.['waiting'] ?? 0) > 0);
    if (!full) throw new Error('unreachable: one of them has a waiting job');
    const board = new BullMQAdapter(full);
    const [job] = await board.getJobs(['waiting'], 0, 0);
    expect(Object.keys(job?.toJSON().data ?? {}).toSorted()).toEqual(['row', 'seq', 'step', 'v']);
    await Promise.all(queues.map((queue) => queue.close()));

    const { code, output } = await demo.ended;
    expect(output).toContain('every step once, in order, within the caps');
    expect(code).toBe(0);
  } finally {
    client.disconnect();
    await database.drop();
    await redis.release();
  }
});
