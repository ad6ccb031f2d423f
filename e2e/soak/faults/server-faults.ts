import type { Lab, RedisCommands } from '../lab/lab.ts';
import type { Fault } from './fault.ts';
import { nothing } from './fault.ts';

/** What happens to Redis and to Postgres themselves: it strikes every process, and so every device. */
export const serverFaults: readonly Fault[] = [
  {
    kind: 'redis_restarted',
    takes: 'redis',
    prepare: async ({ redis }, { random }) => ({
      target: 'Redis, restarted empty',
      devices: 'all',
      lasts: random.between(500, 15_000),
      strike: async () => await redis.stop(),
      undo: async () => await redis.start(),
    }),
  },
  redisFault('redis_full', 'Redis, full', {
    strike: async (redis) => await redis.call('CONFIG', 'SET', 'maxmemory', '1'),
    undo: async (redis) => await redis.call('CONFIG', 'SET', 'maxmemory', '0'),
    lasts: [3_000, 20_000],
  }),
  redisFault('redis_flushed', 'Redis, FLUSHALL', {
    strike: async (redis) => await redis.call('FLUSHALL'),
  }),
  redisFault('redis_clients_killed', 'Redis, every connection closed', {
    strike: async (redis) => {
      await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub', 'SKIPME', 'yes');
      return await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
  }),
  redisFault('redis_paused', 'Redis, answers nobody', {
    strike: async (redis, lasts) => await redis.call('CLIENT', 'PAUSE', String(lasts), 'ALL'),
    undo: async (redis) => await redis.call('CLIENT', 'UNPAUSE'),
    lasts: [1_000, 12_000],
  }),
  {
    kind: 'postgres_restarted',
    takes: 'postgres',
    prepare: async ({ postgres }, { random }) => ({
      target: 'Postgres, immediate shutdown',
      devices: 'all',
      // Shorter and longer than the time to the fence.
      lasts: random.between(500, 15_000),
      strike: async () => await postgres.crash(),
      undo: async () => await postgres.start(),
    }),
  },
  {
    kind: 'postgres_terminated',
    takes: 'postgres',
    prepare: async ({ postgres }) => ({
      target: 'Postgres, every backend terminated',
      devices: 'all',
      lasts: 0,
      strike: () => {
        postgres.terminateBackends();
      },
      undo: nothing,
    }),
  },
];

type RedisDeeds = Readonly<{
  strike(redis: RedisCommands, lasts: number): Promise<unknown>;
  undo?(redis: RedisCommands): Promise<unknown>;
  /** ms, from and to; without it over at once. */
  lasts?: readonly [number, number];
}>;

function redisFault(kind: string, target: string, deeds: RedisDeeds): Fault {
  return {
    kind,
    takes: 'redis',
    prepare: async ({ withRedis }: Lab, { random }) => {
      const [min, max] = deeds.lasts ?? [0, 0];
      const lasts = random.between(min, max);
      return {
        target,
        devices: 'all',
        lasts,
        strike: async () => {
          await withRedis(async (redis) => await deeds.strike(redis, lasts));
        },
        undo: async () => {
          const { undo } = deeds;
          if (undo !== undefined) await withRedis(async (redis) => await undo(redis));
        },
      };
    },
  };
}
