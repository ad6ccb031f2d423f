import { durationMs, type WorkerId } from '@dripfleet/domain';
import { DeviceLocks, openRedis, Subscriptions, whenReady } from '@dripfleet/fleet';
import { DeviceQueueConsumer, emptyQueue, findWaiting, nudge } from '@dripfleet/queue';
import { type ProcessContext, systemClock } from '@dripfleet/runtime';
import {
  claimDevices,
  findOwnedDevices,
  findQueuedRows,
  openDatabase,
  releaseDevices,
} from '@dripfleet/store';
import { DirectQueues } from './direct-queues.ts';
import { openNetwork } from './open-network.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { DeviceQueues } from './device-queues.ts';
import type { WorkerParts } from './worker-parts.ts';
import { workerStore } from './worker-store.ts';

/** Redis forgets a dead worker's locks before its devices may be stolen, and never while it lives. */
const lockTtlShare = 5 / 6;

export type OpenOptions = Readonly<{
  config: WorkerConfig;
  /** Aborts when facts can't be stored any more because the process ends. */
  giveUp: AbortSignal;
  context: Pick<ProcessContext, 'onStop'>;
}>;

/** Opens what a worker needs: two pools of Postgres and two connections to Redis, whatever the number of devices. */
export async function openParts(
  worker: WorkerId,
  { config, giveUp, context: { onStop } }: OpenOptions,
): Promise<WorkerParts> {
  const clock = systemClock;
  const url = config.DATABASE_URL;
  const db = openDatabase({
    url,
    applicationName: `worker ${worker}`,
    connectionsMax: 6,
    plansByKey: true,
  });
  onStop('postgres', () => db.close());
  const heartbeatDb = openDatabase({
    url,
    applicationName: `heartbeat ${worker}`,
    connectionsMax: 1,
    statementTimeout: 2_000,
  });
  onStop('heartbeat connection', () => heartbeatDb.close());
  const redis = openRedis(config.REDIS_URL, {
    connectionName: `worker-${worker}`,
    use: 'commands',
  });
  onStop('redis', () => redis.disconnect());
  const subscriber = openRedis(config.REDIS_URL, {
    connectionName: `worker-sub-${worker}`,
    use: 'subscriptions',
  });
  onStop('redis subscriptions', () => subscriber.disconnect());
  await whenReady(redis);
  const lockTtl = durationMs(Math.round(config.STEAL_AFTER * lockTtlShare));
  const direct =
    config.ENGINE === 'direct'
      ? new DirectQueues((device) => findQueuedRows(db, device))
      : undefined;
  return {
    clock,
    db,
    heartbeatDb,
    store: workerStore(db, { worker, clock, giveUp }),
    claimStore: {
      claimDevices: (by, request) => claimDevices(db, by, request),
      releaseDevices: (by, releases) => releaseDevices(db, by, releases),
      findOwnedDevices: (by) => findOwnedDevices(db, by),
    },
    locks: new DeviceLocks(redis, worker, lockTtl),
    queues: direct ?? openQueues(redis),
    direct,
    subscriptions: new Subscriptions(subscriber),
    network: await openNetwork(config, db),
  };
}

/** The worker's side of the device queues, over one connection. */
export function openQueues(redis: ReturnType<typeof openRedis>): DeviceQueues {
  const consumer = new DeviceQueueConsumer(redis);
  return {
    open: (device, token) => consumer.open(device, token),
    empty: (device) => emptyQueue(redis, device),
    findWaiting: (devices) => findWaiting(redis, devices, systemClock.now()),
    // Lost when Redis is away; the scheduler's interval finds the rows.
    nudge: (device) => void nudge(redis, [device]).catch(() => {}),
  };
}
