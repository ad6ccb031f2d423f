import { openKeyring } from '@dripfleet/credentials';
import { durationMs } from '@dripfleet/domain';
import { announceChange, openRedis, whenReady } from '@dripfleet/fleet';
import { emptyQueue, nudge } from '@dripfleet/queue';
import {
  Metrics,
  parseConfig,
  type ProcessContext,
  type Readiness,
  systemClock,
} from '@dripfleet/runtime';
import { type Database, getSettings, openDatabase } from '@dripfleet/store';
import type { Tell } from './api/api-context.ts';
import { openDashboardServer } from './dashboard-server.ts';
import { FleetWatch } from './fleet/fleet-watch.ts';

const settingNames = [
  'DATABASE_URL',
  'REDIS_URL',
  'CREDENTIALS_KEY_FILE',
  'STEAL_AFTER',
  'MAX_MESSAGES_PER_HOUR',
  'MIN_GAP',
  'MAX_GAP',
  'PORT',
  'LOG_LEVEL',
] as const;

/** One dashboard process. Any number may run: all they know is in Postgres. */
export async function startDashboard({
  env,
  logger,
  stopping,
  onStop,
  ready,
}: ProcessContext): Promise<void> {
  const config = parseConfig({ PORT: '8080', ...env }, settingNames);
  const keyring =
    config.CREDENTIALS_KEY_FILE === undefined
      ? undefined
      : await openKeyring(config.CREDENTIALS_KEY_FILE);
  const db = openDatabase({
    url: config.DATABASE_URL,
    applicationName: 'dashboard',
    connectionsMax: 5,
    lockTimeout: 10_000,
    statementTimeout: 30_000,
  });
  onStop('postgres', () => db.close());
  const redis = openRedis(config.REDIS_URL, { connectionName: 'dashboard', use: 'commands' });
  onStop('redis', () => redis.disconnect());
  await whenReady(redis);

  const steal = config.STEAL_AFTER;
  const watch = new FleetWatch({
    clock: systemClock,
    db,
    steal,
    signal: stopping,
    onError: (error) => logger.warn({ err: error }, 'fleet.unread'),
  });
  const server = await openDashboardServer({
    db,
    redis,
    watch,
    keyring,
    stopping,
    logger,
    policy: {
      steal,
      defaults: {
        caps: [{ max: config.MAX_MESSAGES_PER_HOUR, window: durationMs(3_600_000) }],
        gap: { min: config.MIN_GAP, max: config.MAX_GAP },
      },
    },
    tell: tellBy(redis),
    readiness: () => readinessOf(db),
    metrics: new Metrics(),
  });
  await server.listen({ port: config.PORT, host: '0.0.0.0' });
  onStop('http', () => server.close());
  const [address] = server.addresses();
  ready({ port: typeof address === 'object' ? address.port : config.PORT });
}

function tellBy(redis: ReturnType<typeof openRedis>): Tell {
  return {
    announce: (devices) => announceChange(redis, devices),
    nudge: (devices) => nudge(redis, devices),
    emptyQueues: async (devices) => {
      for (const device of devices) await emptyQueue(redis, device);
    },
  };
}

/** The pages need Postgres; without Redis they still show the fleet. */
async function readinessOf(db: Database): Promise<Readiness> {
  try {
    await getSettings(db);
    return { ok: true };
  } catch {
    return { ok: false, reason: 'Postgres does not answer' };
  }
}
