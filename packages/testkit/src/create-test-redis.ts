import { Redis } from 'ioredis';
import { inject } from 'vitest';

import { withDatabase } from './with-database.ts';

/** Handed over by global-setup.ts. */
declare module 'vitest' {
  export interface ProvidedContext {
    /** A Redis; its database 0 is where the numbers of the others are given out. */
    redisUrl: string;
  }
}

export type TestRedis = Readonly<{
  /** Ends in the number of the database, like `redis://127.0.0.1:6379/7`. */
  url: string;
  /** Erases the database and gives its number back. */
  release(): Promise<void>;
}>;

/** A test file that crashed gives its number back after this; none runs that long. */
const leaseSeconds = 3_600;

/**
 * An empty Redis database of its own for this test file. Keys and streams are apart; channels of publish and
 * subscribe, scripts and `FLUSHALL` are the server's and shared by all.
 */
export async function createTestRedis(): Promise<TestRedis> {
  const number = await withRedis(0, async (redis) => await takeNumber(redis));
  await withRedis(number, async (redis) => await redis.flushdb());
  return {
    url: withDatabase(inject('redisUrl'), number),
    release: async () => {
      await withRedis(number, async (redis) => await redis.flushdb());
      await withRedis(0, async (redis) => await redis.del(leaseKey(number)));
    },
  };
}

const leaseKey = (number: number): string => `dripfleet-test:database:${number}`;

/** The counter spreads the files over the numbers, the lease makes sure that no two have the same. */
async function takeNumber(redis: Redis): Promise<number> {
  const [, databases] = (await redis.config('GET', 'databases')) as [string, string];
  const usable = Number(databases) - 1;
  for (let tried = 0; tried < usable; tried += 1) {
    const number = 1 + ((await redis.incr('dripfleet-test:next')) % usable);
    const taken = await redis.set(leaseKey(number), process.pid, 'EX', leaseSeconds, 'NX');
    if (taken === 'OK') return number;
  }
  throw new RangeError(`All ${usable} Redis databases are in use by test files.`);
}

async function withRedis<T>(number: number, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(withDatabase(inject('redisUrl'), number));
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}
