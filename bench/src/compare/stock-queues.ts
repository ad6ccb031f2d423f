import type { DeviceId } from '@dripfleet/domain';
import {
  type DeviceQueue,
  type FetchedJob,
  parseJobData,
  queueName,
  wakeChannel,
} from '@dripfleet/queue';
import type { DeviceQueues, WorkerParts } from '@dripfleet/worker';
import { type Job, Worker } from 'bullmq';
import { Redis } from 'ioredis';

type Handed = Readonly<{ job: Job; done(): void }>;

/**
 * A stock BullMQ worker for each device: it blocks on its queue over a connection of its own, renews its locks, looks for stalled
 * jobs, and holds a job until the device worker is done with it. Everything else of the worker is as it is.
 */
export function withStockQueues(parts: WorkerParts, redisUrl: string): WorkerParts {
  const wakes = new Map<string, () => void>();
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  return {
    ...parts,
    subscriptions: {
      // What wakes a device worker here is the job that its stock worker has fetched.
      subscribe: (channel, wake) => wakes.set(channel, () => wake('')),
      unsubscribe: (channel) => wakes.delete(channel),
    },
    queues: {
      ...parts.queues,
      open: (device) => openStockQueue(device, redis, () => wakes.get(wakeChannel(device))?.()),
      findWaiting: async () => await Promise.resolve([]),
    } satisfies DeviceQueues,
  };
}

function openStockQueue(device: DeviceId, connection: Redis, wake: () => void): DeviceQueue {
  let waiting: Handed | undefined;
  let inHand: Handed | undefined;
  const worker = new Worker(
    queueName(device),
    async (job) => {
      await new Promise<void>((done) => {
        waiting = { job, done };
        wake();
      });
    },
    { connection, concurrency: 1, removeOnComplete: { count: 0 }, removeOnFail: { count: 0 } },
  );
  worker.on('error', () => {});
  const take = (): FetchedJob | undefined => {
    const handed = waiting;
    if (handed?.job.id === undefined) return undefined;
    waiting = undefined;
    inHand = handed;
    return { id: handed.job.id, payload: parseJobData(handed.job.data) };
  };
  const complete = (): true => {
    inHand?.done();
    inHand = undefined;
    return true;
  };
  return {
    fetch: async () => await Promise.resolve(take()),
    complete: async () => await Promise.resolve(complete()),
    // It fetches by itself with what it completes, and wakes the device worker.
    completeAndFetch: async () => {
      complete();
      return await Promise.resolve(take());
    },
    clear: async () => await Promise.resolve([]),
    close: async () => {
      inHand?.done();
      await worker.close(true);
    },
  };
}
