import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type DurationMs, durationMs, workerId } from '@dripfleet/domain';
import { controlChannel } from '@dripfleet/fleet';
import { findWaiting, parseDeviceIds } from '@dripfleet/queue';
import {
  type HealthServer,
  Metrics,
  openHealthServer,
  type ProcessContext,
  systemClock,
} from '@dripfleet/runtime';
import { getSettings, removeWorkers } from '@dripfleet/store';
import { HealthCheck } from './health-check.ts';
import { type FleetMember, joinFleet } from './join-fleet.ts';
import { openConnections } from './open-connections.ts';
import { openNetwork } from './open-network.ts';
import { reportEvents } from './report-events.ts';
import { sweepWakes } from './wake-sweep.ts';
import { type WorkerConfig, workerConfig } from './worker-config.ts';

/** One worker process: config → connections → fleet → health → loops; and all of it in reverse when it is stopped. */
export async function startWorker(context: ProcessContext): Promise<void> {
  const { env, logger, onStop, ready } = context;
  const config = workerConfig(env);
  const worker = workerId(randomUUID());
  const metrics = new Metrics();
  const observe = reportEvents(logger.child({ worker }), metrics);
  const connections = await openConnections(
    worker,
    { databaseUrl: config.DATABASE_URL, redisUrl: config.REDIS_URL },
    context,
  );
  const { secret } = await getSettings(connections.db);
  const giveUp = new AbortController();
  const member = await joinFleet({
    worker,
    facts: {
      host: hostname(),
      build: config.BUILD_ID,
      capacity: config.MAX_WORKERS_PER_INSTANCE,
    },
    config,
    clock: systemClock,
    connections,
    secret,
    network: await openNetwork(config, connections.db),
    observe,
    giveUp: giveUp.signal,
  });
  connections.subscriptions.subscribe(controlChannel, (message) => {
    member.manager.refresh(parseDeviceIds(message)).catch((error: unknown) => {
      observe({ kind: 'problem', where: 'control', deviceId: undefined, error });
    });
  });
  const health = await serveHealth(config, member, metrics);
  onStop('health', () => health.close());

  const beating = new AbortController();
  const working = new AbortController();
  const heart = member.heartbeat.run(beating.signal);
  const loops = startLoops(config, member, { redis: connections.redis, signal: working.signal });
  // Registered last, so it runs first: what is in hand is finished while everything else still works.
  onStop('device workers', async () => {
    member.life.draining = true;
    await member.heartbeat.beatOnce();
    working.abort();
    await member.manager.stop();
    // What was heard may say stop; nobody will hear it again.
    await inTime(member.device.inbound.drained(), inboundMax);
    giveUp.abort();
    beating.abort();
    await Promise.all([heart, loops]);
    await removeWorkers(connections.db, worker);
  });
  ready({ port: health.port, worker });
}

/** Postgres may be away; a worker that is to end ends. */
const inboundMax = durationMs(10_000);

async function inTime(work: Promise<void>, longest: DurationMs): Promise<void> {
  const over = new AbortController();
  const timeout = systemClock.sleep(longest, over.signal).catch(() => {});
  await Promise.race([work, timeout]);
  over.abort();
}

async function startLoops(
  config: WorkerConfig,
  { manager, device }: FleetMember,
  { redis, signal }: { redis: Parameters<typeof findWaiting>[0]; signal: AbortSignal },
): Promise<void> {
  const workers = () => manager.workers;
  const { clock } = device;
  const healthCheck = new HealthCheck({
    workers,
    restart: (id) => manager.restart(id),
    device,
    settings: { interval: config.HEALTH_CHECK_INTERVAL, ackTimeout: config.ACK_TIMEOUT },
  });
  await Promise.all([
    manager.run(signal),
    healthCheck.run(signal),
    sweepWakes(
      { clock, workers, findWaiting: (ids) => findWaiting(redis, ids, clock.now()) },
      signal,
    ),
  ]);
}

function serveHealth(
  { PORT: port, MAX_WORKERS_PER_INSTANCE: capacity }: WorkerConfig,
  { manager, heartbeat, life }: FleetMember,
  metrics: Metrics,
): Promise<HealthServer> {
  metrics.onScrape(() => {
    const workers = [...manager.workers.values()];
    metrics.set('dripfleet_active_workers', workers.length);
    metrics.set('dripfleet_active_devices', workers.filter(({ isOpen }) => isOpen).length);
    metrics.set('dripfleet_device_capacity', capacity);
  });
  return openHealthServer({
    port,
    ready: () => {
      if (life.draining) return { ok: false, reason: 'stopping' };
      return heartbeat.isTrusted(heartbeat.generation)
        ? { ok: true }
        : { ok: false, reason: 'no heartbeat reaches Postgres' };
    },
    metrics: () => metrics.text(),
  });
}
