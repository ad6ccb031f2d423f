import { type BackendFactory, QueueKeys, RedisConnection, RedisQueueBackend } from 'bullmq';
import type { Redis } from 'ioredis';
import { queuePrefix } from './names.ts';

/** Connections come from the factory; BullMQ insists on the field all the same. */
export const noConnection = { connection: {} };

/** A BullMQ connection listens on its client for as long as that lives, so there is one per client. */
const backends = new WeakMap<Redis, BackendFactory<RedisQueueBackend>>();

/**
 * Makes every BullMQ object of a process share one connection.
 *
 * A stock Worker opens a blocking connection of its own (3,002 of them for 3,000 devices: docs/decisions/0003); the
 * backend made here has none, so nothing of it may block. Pinned by test/bullmq-contract.test.ts.
 */
export function sharedBackend(redis: Redis): BackendFactory<RedisQueueBackend> {
  const existing = backends.get(redis);
  if (existing) return existing;
  // The version check is one INFO at the start; if that fails, every later call on this connection fails with it.
  const connection = new RedisConnection(redis, {
    shared: true,
    blocking: false,
    skipVersionCheck: true,
  });
  // A lost connection shows in the command that fails; an emitter without a listener would end the process.
  connection.on('error', () => {});
  const keys = new QueueKeys(queuePrefix);
  const backend: BackendFactory<RedisQueueBackend> = (name, opts) =>
    new RedisQueueBackend(
      connection,
      name,
      keys.getKeys(name),
      (type) => keys.toKey(name, type),
      opts,
      undefined,
      false,
    );
  backends.set(redis, backend);
  return backend;
}
