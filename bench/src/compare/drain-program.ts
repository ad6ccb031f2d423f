import { deviceId, sequenceContactId, stepKey } from '@dripfleet/domain';
import { openRedis, whenReady } from '@dripfleet/fleet';
import { DeviceQueueConsumer, DeviceQueueProducer } from '@dripfleet/queue';
import { Queue, Worker } from 'groupmq';
import { Redis } from 'ioredis';

/** Jobs of many groups, taken one after another within each, with nothing to do. Told by the parent; answers what it measured. */
const [which = '', redisUrl = '', groupsText = '', jobsText = ''] = process.argv.slice(2);
const groups = Number(groupsText);
const jobs = Number(jobsText);
/** Devices that are served at once, as measured to be quickest; GroupMQ's own is its concurrency, likewise. */
const slots = 512;
const concurrency = 50;

const drains: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
  ours: fillOurs,
  groupmq: fillGroupMq,
};

/** Fills device queues; the result drains them. */
async function fillOurs(): Promise<() => Promise<void>> {
  const redis = openRedis(redisUrl, { connectionName: 'drain', use: 'commands' });
  await whenReady(redis);
  const producer = new DeviceQueueProducer(redis);
  for (let group = 1; group <= groups; group += 1) {
    const rows = Array.from({ length: jobs }, (_, seq) => ({
      sequenceContactId: sequenceContactId(group * 1_000 + seq),
      deviceId: deviceId(group),
      dispatchSeq: 1,
      stepKey: stepKey('hello'),
    }));
    await producer.enqueue(rows);
  }
  const consumer = new DeviceQueueConsumer(redis);
  return async () => {
    let next = 1;
    const work = async () => {
      for (let group = next++; group <= groups; group = next++) {
        const queue = consumer.open(deviceId(group), 'drain:1');
        // As a device worker that may go on at once.
        for (let job = await queue.fetch(); job;) job = await queue.completeAndFetch(job.id);
        await queue.close();
      }
    };
    await Promise.all(Array.from({ length: slots }, work));
  };
}

async function fillGroupMq(): Promise<() => Promise<void>> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue({ redis, namespace: 'drain', jobTimeoutMs: 30_000, keepCompleted: 0 });
  for (let seq = 0; seq < jobs; seq += 1) {
    for (let start = 1; start <= groups; start += 500) {
      const ids = Array.from({ length: Math.min(500, groups - start + 1) }, (_, at) => start + at);
      await Promise.all(
        ids.map(async (group) => {
          await queue.add({ groupId: `device-${group}`, data: { seq }, orderMs: seq + 1 });
        }),
      );
    }
  }
  return async () => {
    let left = groups * jobs;
    await new Promise<void>((resolve) => {
      const worker = new Worker({
        queue,
        concurrency,
        handler: async () => {
          left -= 1;
          if (left === 0) resolve();
          await Promise.resolve();
        },
      });
      worker.on('error', () => {});
      void worker.run();
    });
  };
}

process.send?.({ ready: {} });
process.on('message', () => {
  void (async () => {
    const fill = drains[which];
    if (!fill) throw new Error(`there is no ${which}`);
    const drain = await fill();
    const before = process.cpuUsage();
    const started = performance.now();
    await drain();
    const took = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    const messages = groups * jobs;
    process.send?.({ rate: (messages * 1_000) / took, node: (user + system) / messages });
  })();
});
