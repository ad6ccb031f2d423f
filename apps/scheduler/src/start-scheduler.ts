import { openRedis, Subscriptions, whenReady } from '@dripfleet/fleet';
import {
  DeviceQueueProducer,
  findJobIds,
  isSentinelSet,
  nudgeChannel,
  parseDeviceIds,
  redisTakesWrites,
  setSentinel,
} from '@dripfleet/queue';
import {
  Metrics,
  openHealthServer,
  parseConfig,
  type ProcessContext,
  systemClock,
} from '@dripfleet/runtime';
import { type Database, openDatabase } from '@dripfleet/store';
import { runPrune } from './prune.ts';
import { reportEvents } from './report-events.ts';
import { reportFleet } from './report-fleet.ts';
import { schedulerEngine } from './scheduler-engine.ts';
import type { SchedulerParts, SchedulerQueues } from './scheduler-parts.ts';

const settingNames = [
  'DATABASE_URL',
  'DATABASE_REPLICA_URL',
  'REDIS_URL',
  'TRIGGER_INTERVAL',
  'WORKER_QUEUE_SIZE',
  'PORT',
  'LOG_LEVEL',
] as const;

/**
 * One scheduler process. Any number may run: there is no leader. `decorate` lets a test stand between the scheduler and
 * what it reaches.
 */
export async function startScheduler(
  context: ProcessContext,
  { decorate = (parts) => parts }: { decorate?: (parts: SchedulerParts) => SchedulerParts } = {},
): Promise<void> {
  const { env, logger, onStop, ready } = context;
  const config = parseConfig({ PORT: '8081', ...env }, settingNames);
  const clock = systemClock;
  const metrics = new Metrics();
  const observe = reportEvents(logger, metrics);
  const db = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'scheduler',
    connectionsMax: 5,
    plansByKey: true,
  });
  onStop('postgres', () => db.close());
  // Apart: it reads spans of time through a BRIN index, which only bitmaps do, and none of its waits is anybody else's.
  const pruneDb = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'scheduler prune',
    connectionsMax: 1,
  });
  onStop('prune', () => pruneDb.close());
  const replica = openReplica(config.DATABASE_REPLICA_URL);
  onStop('replica', async () => await replica?.close());
  const redis = openRedis(config.REDIS_URL, { connectionName: 'scheduler', use: 'commands' });
  onStop('redis', () => redis.disconnect());
  const subscriber = openRedis(config.REDIS_URL, {
    connectionName: 'scheduler-sub',
    use: 'subscriptions',
  });
  onStop('redis subscriptions', () => subscriber.disconnect());
  await whenReady(redis);

  const health = { works: true };
  const parts = decorate({ clock, db, replica, queues: openQueues(redis) });
  const engine = schedulerEngine({ parts, observe, config, health });
  new Subscriptions(subscriber).subscribe(nudgeChannel, (message) =>
    engine.nudge(parseDeviceIds(message)),
  );

  const stopping = new AbortController();
  metrics.onScrape(() => reportFleet(db, { metrics, observe }));
  const server = await openHealthServer({
    port: config.PORT,
    ready: () => (health.works ? { ok: true } : { ok: false, reason: 'the last pass failed' }),
    metrics: () => metrics.text(),
  });
  onStop('health', () => server.close());
  const running = Promise.all([
    engine.run(stopping.signal),
    runPrune({ clock, db: pruneDb, observe }, stopping.signal),
  ]);
  onStop('loops', async () => {
    stopping.abort();
    await running;
  });
  ready({ port: server.port });
}

/** One connection, for one scan at a time; a scan that takes longer than the primary would need is given up. */
function openReplica(url: string | undefined): Database | undefined {
  if (url === undefined) return undefined;
  return openDatabase({
    url,
    applicationName: 'scheduler',
    connectionsMax: 1,
    statementTimeout: 5_000,
    plansByKey: true,
  });
}

/** The scheduler's side of the device queues, over one connection. */
function openQueues(redis: ReturnType<typeof openRedis>): SchedulerQueues {
  const producer = new DeviceQueueProducer(redis);
  return {
    enqueue: (rows) => producer.enqueue(rows),
    reset: () => producer.reset(),
    takesWrites: () => redisTakesWrites(redis),
    findJobIds: (devices) => findJobIds(redis, devices),
    isSentinelSet: () => isSentinelSet(redis),
    setSentinel: () => setSentinel(redis),
  };
}
