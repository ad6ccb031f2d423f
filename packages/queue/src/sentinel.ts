import type { Redis } from 'ioredis';
import { probeKey, sentinelKey } from './names.ts';

/** Whether Redis still has what was put there before; false after it was emptied or restarted without its data. */
export async function isSentinelSet(redis: Redis): Promise<boolean> {
  return (await redis.exists(sentinelKey)) === 1;
}

/** Marks Redis as holding our jobs, once all that was missing has been put back. */
export async function setSentinel(redis: Redis): Promise<void> {
  await redis.set(sentinelKey, '1');
}

/** Whether Redis takes a write now. One that is full, or a replica, or can't save, still answers PING. */
export async function redisTakesWrites(redis: Redis): Promise<boolean> {
  return await redis.set(probeKey, '1', 'PX', 10_000).then(
    () => true,
    () => false,
  );
}
