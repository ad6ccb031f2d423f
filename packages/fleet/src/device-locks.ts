import { readFileSync } from 'node:fs';
import type { DeviceId, DurationMs, WorkerId } from '@dripfleet/domain';
import type { Redis } from 'ioredis';
import { lockKey } from './channels.ts';

declare module 'ioredis' {
  interface RedisCommander {
    dripfleetTakeLocks(keyCount: number, ...keysAndArgs: (string | number)[]): Promise<number[]>;
    dripfleetRenewLocks(keyCount: number, ...keysAndArgs: (string | number)[]): Promise<number[]>;
    dripfleetReleaseLocks(keyCount: number, ...keysAndArgs: (string | number)[]): Promise<number>;
  }
}

const lua = (file: string) => readFileSync(new URL(`../lua/${file}`, import.meta.url), 'utf8');
const scripts = {
  dripfleetTakeLocks: lua('take-locks.lua'),
  dripfleetRenewLocks: lua('renew-locks.lua'),
  dripfleetReleaseLocks: lua('release-locks.lua'),
};

/**
 * The Redis locks of one worker's devices: they keep two workers from asking Postgres for the same device, and prove
 * nothing. All methods throw when Redis does not answer, which says nothing about ownership either.
 */
export class DeviceLocks {
  readonly #redis: Redis;
  readonly #worker: WorkerId;
  readonly #ttl: DurationMs;

  constructor(redis: Redis, worker: WorkerId, ttl: DurationMs) {
    for (const [name, text] of Object.entries(scripts)) redis.defineCommand(name, { lua: text });
    this.#redis = redis;
    this.#worker = worker;
    this.#ttl = ttl;
  }

  /** Those of `devices` whose lock this worker holds now. */
  async take(devices: readonly DeviceId[]): Promise<readonly DeviceId[]> {
    if (devices.length === 0) return [];
    const keys = devices.map(lockKey);
    const taken = await this.#redis.dripfleetTakeLocks(
      keys.length,
      ...keys,
      this.#worker,
      this.#ttl,
    );
    return at(devices, taken);
  }

  /** Those of `devices` whose lock another worker holds: ask Postgres who the owner is. */
  async renew(devices: readonly DeviceId[]): Promise<readonly DeviceId[]> {
    // Asked all the same: whoever renews wants to know whether Redis is there.
    if (devices.length === 0) {
      await this.#redis.ping();
      return [];
    }
    const keys = devices.map(lockKey);
    const others = await this.#redis.dripfleetRenewLocks(
      keys.length,
      ...keys,
      this.#worker,
      this.#ttl,
    );
    return at(devices, others);
  }

  async release(devices: readonly DeviceId[]): Promise<void> {
    if (devices.length === 0) return;
    const keys = devices.map(lockKey);
    await this.#redis.dripfleetReleaseLocks(keys.length, ...keys, this.#worker);
  }
}

function at(devices: readonly DeviceId[], positions: readonly number[]): readonly DeviceId[] {
  return positions.flatMap((position) => devices[position - 1] ?? []);
}
