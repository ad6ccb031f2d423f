import { type Clock, type DurationMs, durationMs, type WorkerId } from '@dripfleet/domain';
import { removeWorkers } from '@dripfleet/store';
import { DirectProcessor } from './direct-processor.ts';
import { HealthCheck } from './health-check.ts';
import type { FleetMember } from './join-fleet.ts';
import { sweepWakes } from './wake-sweep.ts';
import type { WorkerConfig } from './worker-config.ts';
import type { WorkerParts } from './worker-parts.ts';

export type RunOptions = Readonly<{
  worker: WorkerId;
  config: Pick<WorkerConfig, 'HEALTH_CHECK_INTERVAL' | 'ACK_TIMEOUT' | 'TRIGGER_INTERVAL'>;
  parts: WorkerParts;
  /** Aborted when facts can't be stored any more because the process ends. */
  giveUp: AbortController;
}>;

/** Starts the loops of a worker; `stop` finishes what is in hand, hands the devices over and leaves the fleet. */
export function runMember(member: FleetMember, options: RunOptions): { stop(): Promise<void> } {
  const { worker, parts, giveUp } = options;
  const { heartbeat, manager, device, life } = member;
  const beating = new AbortController();
  const working = new AbortController();
  const heart = heartbeat.run(beating.signal);
  const loops = runLoops(member, options, working.signal);
  return {
    stop: async () => {
      life.draining = true;
      await heartbeat.beatOnce();
      working.abort();
      await manager.stop();
      // What was heard may say stop; nobody will hear it again.
      await inTime(device.inbound.drained(), { longest: inboundMax, clock: parts.clock });
      giveUp.abort();
      beating.abort();
      await Promise.all([heart, loops]);
      await removeWorkers(parts.db, worker);
    },
  };
}

async function runLoops(
  { manager, device }: FleetMember,
  { config, parts }: RunOptions,
  signal: AbortSignal,
): Promise<void> {
  const workers = () => manager.workers;
  const { clock, queues } = parts;
  const healthCheck = new HealthCheck({
    workers,
    restart: (id) => manager.restart(id),
    quarantine: (id, reason) => manager.quarantine(id, reason),
    device,
    settings: { interval: config.HEALTH_CHECK_INTERVAL, ackTimeout: config.ACK_TIMEOUT },
  });
  const { direct, store } = parts;
  const { observe } = device;
  const interval = config.TRIGGER_INTERVAL;
  await Promise.all([
    direct &&
      new DirectProcessor({ clock, queues: direct, workers, store, interval, observe }).run(signal),
    manager.run(signal),
    healthCheck.run(signal),
    sweepWakes({ clock, workers, findWaiting: (ids) => queues.findWaiting(ids) }, signal),
  ]);
}

/** Postgres may be away; a worker that is to end ends. */
const inboundMax = durationMs(10_000);

async function inTime(
  work: Promise<void>,
  { longest, clock }: { longest: DurationMs; clock: Clock },
): Promise<void> {
  const over = new AbortController();
  const timeout = clock.sleep(longest, over.signal).catch(() => {});
  await Promise.race([work, timeout]);
  over.abort();
}
