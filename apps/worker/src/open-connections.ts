import type { WorkerId } from '@dripfleet/domain';
import { openRedis, Subscriptions, whenReady } from '@dripfleet/fleet';
import type { ProcessContext } from '@dripfleet/runtime';
import { type Database, openDatabase } from '@dripfleet/store';

export type Connections = Readonly<{
  db: Database;
  /** Its own, so that a heartbeat never queues behind the work that it vouches for. */
  heartbeatDb: Database;
  redis: ReturnType<typeof openRedis>;
  subscriptions: Subscriptions;
}>;

/** Opens what a worker needs: two pools of Postgres and two connections to Redis, whatever the number of devices. */
export async function openConnections(
  worker: WorkerId,
  { databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string },
  { onStop }: ProcessContext,
): Promise<Connections> {
  const db = openDatabase({
    url: databaseUrl,
    applicationName: `worker ${worker}`,
    connectionsMax: 6,
  });
  onStop('postgres', () => db.close());
  const heartbeatDb = openDatabase({
    url: databaseUrl,
    applicationName: `heartbeat ${worker}`,
    connectionsMax: 1,
    statementTimeout: 2_000,
  });
  onStop('heartbeat connection', () => heartbeatDb.close());
  const redis = openRedis(redisUrl, { connectionName: `worker-${worker}`, use: 'commands' });
  onStop('redis', () => redis.disconnect());
  const subscriber = openRedis(redisUrl, {
    connectionName: `worker-sub-${worker}`,
    use: 'subscriptions',
  });
  onStop('redis subscriptions', () => subscriber.disconnect());
  await whenReady(redis);
  return { db, heartbeatDb, redis, subscriptions: new Subscriptions(subscriber) };
}
