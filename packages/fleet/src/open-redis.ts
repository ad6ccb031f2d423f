import { Redis } from 'ioredis';

export type RedisUse =
  /** A service: reconnects for ever; a command fails at once while there is no connection, so that its caller decides. */
  | 'commands'
  /** A service's connection for subscriptions: remembers them through an outage. */
  | 'subscriptions'
  /** A command line: gives up after 2 s. */
  | 'fail_fast';

/**
 * Opens a connection. It never throws: an outage shows in the commands.
 * Auto-pipelining stays off: it made the device queues slower by measurement.
 */
export function openRedis(
  url: string,
  { connectionName, use }: { connectionName: string; use: RedisUse },
): Redis {
  const redis = new Redis(url, {
    connectionName,
    connectTimeout: 2_000,
    enableAutoPipelining: false,
    enableOfflineQueue: use !== 'commands',
    // BullMQ asks for null; with the offline queue off, nothing waits for a connection all the same.
    maxRetriesPerRequest: use === 'fail_fast' ? 0 : null,
    ...(use === 'subscriptions' ? {} : { commandTimeout: 5_000 }),
    retryStrategy: (times) => (use === 'fail_fast' ? null : Math.min(50 * 2 ** times, 1_000)),
  });
  redis.on('error', () => {});
  return redis;
}

/** Resolves when the connection is ready, or after `patience` ms without one: an outage is no reason not to start. */
export function whenReady(redis: Redis, patience = 5_000): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, patience);
    function done() {
      clearTimeout(timer);
      redis.off('ready', done);
      resolve();
    }
    redis.once('ready', done);
  });
}
