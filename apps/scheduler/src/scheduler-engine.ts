import { type Clock, type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import { findDueDevices, findStaleQueued, queueDue, returnToIdle } from '@dripfleet/store';
import { scanReplica } from './due-scan.ts';
import type { Observe } from './events.ts';
import { processTriggers } from './process-triggers.ts';
import { reconcile } from './reconcile.ts';
import type { SchedulerParts } from './scheduler-parts.ts';
import { TriggerLoop } from './trigger-loop.ts';

/** How often it looks whether Redis was emptied: one EXISTS. The backlog is to be back within 90 s. */
const sentinelInterval = durationMs(2_000);
/** How often it looks for single jobs that were lost: it reads all that has been queued for long. */
const reconcileInterval = durationMs(30_000);

export type EngineOptions = Readonly<{
  parts: SchedulerParts;
  observe: Observe;
  config: Readonly<{ TRIGGER_INTERVAL: DurationMs; WORKER_QUEUE_SIZE: number }>;
  /** Whether the last pass went through. */
  health: { works: boolean };
}>;

export type SchedulerEngine = Readonly<{
  /** Rows of these devices may be due. */
  nudge(devices: readonly DeviceId[]): void;
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}>;

/** What a scheduler does: the loop that queues what is due, and the repair of what Redis lost. */
export function schedulerEngine({
  parts,
  observe,
  config,
  health,
}: EngineOptions): SchedulerEngine {
  const { clock, db, replica, queues } = parts;
  const queueSize = config.WORKER_QUEUE_SIZE;
  const loop = new TriggerLoop({
    clock,
    interval: config.TRIGGER_INTERVAL,
    process: async (nudged) => {
      const reach =
        nudged === 'all' && replica
          ? await scanReplica({ findDue: () => findDueDevices(replica, 'workers'), observe })
          : nudged;
      await processTriggers(reach, {
        clock,
        observe,
        queueDue: (portion) => queueDue(db, { ...portion, queueSize, engine: 'workers' }),
        enqueue: (rows) => queues.enqueue(rows),
        returnToIdle: (rows) => returnToIdle(db, rows, 'unknown'),
        redisTakesWrites: () => queues.takesWrites(),
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
    if (clock.monotonic() < nextFull && (await queues.isSentinelSet())) return;
    nextFull = clock.monotonic() + reconcileInterval;
    const devices = await reconcile({
      observe,
      findStaleQueued: (options) => findStaleQueued(db, options),
      findJobIds: (ids) => queues.findJobIds(ids),
      returnToIdle: (rows) => returnToIdle(db, rows, 'unknown'),
      isSentinelSet: () => queues.isSentinelSet(),
      setSentinel: () => queues.setSentinel(),
      resetProducer: () => queues.reset(),
    });
    loop.nudge(devices);
  };
  return {
    nudge: (devices) => loop.nudge(devices),
    run: async (signal) => {
      await Promise.all([loop.run(signal), repeat(repair, { clock, observe, signal })]);
    },
  };
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
