import { Queue } from 'bullmq';
import type { DeviceId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { noConnection, sharedBackend } from './backend.ts';
import { queueKey, queueName } from './names.ts';

/** The ids of all jobs that these device queues hold, waiting, in hand or delayed, in one pipeline. */
export async function findJobIds(
  redis: Redis,
  devices: readonly DeviceId[],
): Promise<ReadonlySet<string>> {
  const pipeline = redis.pipeline();
  for (const device of devices) {
    pipeline.lrange(queueKey(device, 'wait'), 0, -1);
    pipeline.lrange(queueKey(device, 'active'), 0, -1);
    pipeline.zrange(queueKey(device, 'delayed'), 0, -1);
    pipeline.zrange(queueKey(device, 'prioritized'), 0, -1);
  }
  const ids = new Set<string>();
  for (const [error, answer] of (await pipeline.exec()) ?? []) {
    if (error) throw error;
    if (Array.isArray(answer)) for (const id of answer) ids.add(String(id));
  }
  return ids;
}

/**
 * Removes what waits in a device's queue; what is in hand stays with its owner.
 * Throws at once when Redis is away and the connection has no offline queue.
 */
export async function emptyQueue(redis: Redis, device: DeviceId): Promise<void> {
  // BullMQ waits for a connection without an end; a command of our own fails as its connection was opened to fail.
  if (redis.status !== 'ready') await redis.ping();
  const queue = new Queue(
    queueName(device),
    { ...noConnection, skipMetasUpdate: true },
    sharedBackend(redis),
  );
  queue.on('error', () => {});
  await queue.drain(true);
  await queue.close();
}
