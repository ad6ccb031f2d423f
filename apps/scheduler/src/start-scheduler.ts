import { type Clock, type DurationMs, durationMs } from '@dripfleet/domain';
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
import {
  type Database,
  findStaleQueued,
  lockShard,
  openDatabase,
  returnToIdle,
  selectDue,
  shardCount,
} from '@dripfleet/store';
import type { Observe } from './events.ts';
import { processTriggers } from './process-triggers.ts';
import { reconcile } from './reconcile.ts';
import { reportEvents } from './report-events.ts';
import { reportFleet } from './report-fleet.ts';
import { TriggerLoop } from './trigger-loop.ts';

const settingNames = [
  'DATABASE_URL',
  'REDIS_URL',
  'TRIGGER_INTERVAL',
  'WORKER_QUEUE_SIZE',
  'PORT',
  'LOG_LEVEL',
] as const;

/** How often it looks whether Redis was emptied: one EXISTS. R7 allows 90 s until the backlog is back. */
const sentinelInterval = durationMs(2_000);
/** How often it looks for single jobs that were lost: it reads all that has been queued for long. */
const reconcileInterval = durationMs(30_000);

/** One scheduler process. Any number may run: there is no leader. */
export async function startScheduler(context: ProcessContext): Promise<void> {
  const { env, logger, onStop, ready } = context;
  const config = parseConfig({ PORT: '8081', ...env }, settingNames);
  const clock = systemClock;
  const metrics = new Metrics();
  const observe = reportEvents(logger, metrics);
  const db = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'scheduler',
    connectionsMax: 5,
  });
  onStop('postgres', () => db.close());
  const redis = openRedis(config.REDIS_URL, { connectionName: 'scheduler', use: 'commands' });
  onStop('redis', () => redis.disconnect());
  const subscriber = openRedis(config.REDIS_URL, {
    connectionName: 'scheduler-sub',
    use: 'subscriptions',
  });
  onStop('redis subscriptions', () => subscriber.disconnect());
  await whenReady(redis);

  const health = { works: true };
  const { loop, repair } = engine({ db, redis, clock, observe, config, health });
  new Subscriptions(subscriber).subscribe(nudgeChannel, (message) =>
    loop.nudge(parseDeviceIds(message)),
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
    loop.run(stopping.signal),
    repeat(repair, { clock, observe, signal: stopping.signal }),
  ]);
  onStop('loops', async () => {
    stopping.abort();
    await running;
  });
  ready({ port: server.port });
}

type EngineOptions = Readonly<{
  db: Database;
  redis: ReturnType<typeof openRedis>;
  clock: Clock;
  observe: Observe;
  config: Readonly<{ TRIGGER_INTERVAL: DurationMs; WORKER_QUEUE_SIZE: number }>;
  /** Whether the last pass went through. */
  health: { works: boolean };
}>;

/** What a scheduler does: the loop that queues what is due, and the repair of what Redis lost. */
function engine({ db, redis, clock, observe, config, health }: EngineOptions) {
  const producer = new DeviceQueueProducer(redis);
  const loop = new TriggerLoop({
    clock,
    interval: config.TRIGGER_INTERVAL,
    shardCount,
    process: async (shards) => {
      await processTriggers(shards, {
        clock,
        observe,
        selectShard: (shard) => selectShard(db, shard, config.WORKER_QUEUE_SIZE),
        enqueue: (rows) => producer.enqueue(rows),
        returnToIdle: (rows) => returnToIdle(db, rows),
        redisTakesWrites: () => redisTakesWrites(redis),
      });
      health.works = true;
    },
    onError: (error) => {
      health.works = false;
      observe({ kind: 'problem', where: 'process-triggers', error });
    },
  });
  let nextFull = 0;
  const repair = async () => {
    if (clock.monotonic() < nextFull && (await isSentinelSet(redis))) return;
    nextFull = clock.monotonic() + reconcileInterval;
    const devices = await reconcile({
      observe,
      findStaleQueued: (options) => findStaleQueued(db, options),
      findJobIds: (ids) => findJobIds(redis, ids),
      returnToIdle: (rows) => returnToIdle(db, rows),
      isSentinelSet: () => isSentinelSet(redis),
      setSentinel: () => setSentinel(redis),
      resetProducer: () => producer.reset(),
    });
    loop.nudge(devices);
  };
  return { loop, repair };
}

/** One shard in one transaction: the lock in a statement of its own, before the take. See lock-shard.sql. */
function selectShard(db: Database, shard: number, queueSize: number) {
  return db.transaction(async (tx) =>
    (await lockShard(tx, shard))
      ? await selectDue(tx, { shard, queueSize, engine: 'workers' })
      : undefined,
  );
}

async function repeat(
  work: () => Promise<void>,
  { clock, observe, signal }: { clock: Clock; observe: Observe; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => observe({ kind: 'problem', where: 'reconcile', error }));
    await clock.sleep(sentinelInterval, signal).catch(() => {});
  }
}
