import { once } from 'node:events';
import { type DeviceId, deviceId, sequenceContactId, stepKey } from '@dripfleet/domain';
import { createTestRedis } from '@dripfleet/testkit';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { EnqueueRow } from '../src/index.ts';

/** A Redis of this file's own; connections opened through it end with it. */
export type RedisBench = Readonly<{
  url: string;
  redis: Redis;
  connect(name: string): Promise<Redis>;
  /** BullMQ's own Queue on a device queue, as somebody who knows nothing of us would open it. */
  stockQueue(device: DeviceId): Queue;
  close(): Promise<void>;
}>;

export async function openRedisBench(): Promise<RedisBench> {
  const { url, release } = await createTestRedis();
  const connections: Redis[] = [];
  const queues: Queue[] = [];
  const connect = async (name: string) => {
    const redis = new Redis(url, { maxRetriesPerRequest: null, connectionName: name });
    connections.push(redis);
    await once(redis, 'ready');
    return redis;
  };
  return {
    url,
    redis: await connect('test'),
    connect,
    stockQueue: (device) => {
      const queue = new Queue(`device-${device}`, { connection: { url } });
      queues.push(queue);
      return queue;
    },
    close: async () => {
      await Promise.all(queues.map(async (queue) => await queue.close()));
      for (const redis of connections) redis.disconnect();
      await release();
    },
  };
}

let devices = 0;
/** A device whose queue nobody has used. */
export const nextDevice = (): DeviceId => deviceId((devices += 1));

/** Rows `first`, `first + 1`, … of a device, each in its dispatch 3. */
export const rowsOf = (device: DeviceId, count: number, first = 1): EnqueueRow[] =>
  Array.from({ length: count }, (_, n) => ({
    sequenceContactId: sequenceContactId(first + n),
    deviceId: device,
    dispatchSeq: 3,
    stepKey: stepKey('hello'),
  }));
