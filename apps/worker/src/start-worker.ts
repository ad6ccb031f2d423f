import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { workerId } from '@dripfleet/domain';
import { controlChannel } from '@dripfleet/fleet';
import { parseDeviceIds } from '@dripfleet/queue';
import {
  type HealthServer,
  Metrics,
  openHealthServer,
  type ProcessContext,
} from '@dripfleet/runtime';
import { getSettings } from '@dripfleet/store';
import { type FleetMember, joinFleet } from './join-fleet.ts';
import { openParts } from './open-parts.ts';
import { reportEvents } from './report-events.ts';
import { runMember } from './run-member.ts';
import { type WorkerConfig, workerConfig } from './worker-config.ts';
import type { WorkerParts } from './worker-parts.ts';

/**
 * One worker process: config → parts → fleet → health → loops; and all of it in reverse when it is stopped.
 * `decorate` lets a test stand between the worker and what it reaches.
 */
export async function startWorker(
  context: ProcessContext,
  { decorate = (parts) => parts }: { decorate?: (parts: WorkerParts) => WorkerParts } = {},
): Promise<void> {
  const { env, logger, onStop, ready } = context;
  const config = workerConfig(env);
  const worker = workerId(randomUUID());
  const metrics = new Metrics();
  const observe = reportEvents(logger.child({ worker }), metrics);
  const giveUp = new AbortController();
  const opened = await openParts(worker, { config, giveUp: giveUp.signal, context });
  const parts = decorate(opened);
  const member = await joinFleet({
    worker,
    facts: {
      host: hostname(),
      build: config.BUILD_ID,
      capacity: config.MAX_WORKERS_PER_INSTANCE,
      engine: config.ENGINE,
    },
    config,
    parts,
    secret: (await getSettings(parts.db)).secret,
    observe,
    giveUp: giveUp.signal,
  });
  parts.subscriptions.subscribe(controlChannel, (message) => {
    member.manager.refresh(parseDeviceIds(message)).catch((error: unknown) => {
      observe({ kind: 'problem', where: 'control', deviceId: undefined, error });
    });
  });
  const health = await serveHealth(config, member, metrics);
  onStop('health', () => health.close());
  const running = runMember(member, { worker, config, parts, giveUp });
  // Registered last, so it runs first: what is in hand is finished while everything else still works.
  onStop('device workers', () => running.stop());
  ready({ port: health.port, worker });
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
