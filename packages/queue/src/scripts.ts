import { readFileSync } from 'node:fs';
import type { DeviceId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { queueKey } from './names.ts';

declare module 'ioredis' {
  interface RedisCommander {
    dripfleetClearActive(activeKey: string, prefix: string): Promise<string[]>;
    dripfleetFindWaiting(keyCount: number, ...keysAndArgs: (string | number)[]): Promise<number[]>;
  }
}

const text = (file: string) => readFileSync(new URL(`../lua/${file}`, import.meta.url), 'utf8');
const clearActiveLua = text('clear-active-1.lua');
const findWaitingLua = text('find-waiting.lua');

/** Registers this package's scripts on a connection; repeating it is harmless. */
export function defineQueueScripts(redis: Redis): void {
  redis.defineCommand('dripfleetClearActive', { numberOfKeys: 1, lua: clearActiveLua });
  redis.defineCommand('dripfleetFindWaiting', { lua: findWaitingLua });
}

/** Drops the jobs that are `active` in a device's queue and returns their ids. Only for the device's owner. */
export function clearActive(redis: Redis, device: DeviceId): Promise<string[]> {
  return redis.dripfleetClearActive(queueKey(device, 'active'), queueKey(device, ''));
}

/** Those of `devices` whose queue has a job to fetch at `now`, in one call. */
export async function findWaiting(
  redis: Redis,
  devices: readonly DeviceId[],
  now: number,
): Promise<readonly DeviceId[]> {
  if (devices.length === 0) return [];
  // A caller may have no consumer on this connection; repeating it is harmless.
  defineQueueScripts(redis);
  const keys = devices.flatMap((device) =>
    ['wait', 'prioritized', 'delayed'].map((part) => queueKey(device, part)),
  );
  const positions = await redis.dripfleetFindWaiting(keys.length, ...keys, now);
  return positions.flatMap((position) => devices[position - 1] ?? []);
}
