import type { Clock } from '@dripfleet/domain';
import type { EnqueueRow } from '@dripfleet/queue';
import {
  type Dispatch,
  type Portion,
  portionsOf,
  type QueuedRow,
  type Reach,
} from '@dripfleet/store';
import type { Observe } from './events.ts';

export type TriggersDeps = Readonly<{
  clock: Clock;
  /** Queues what is due there, in one transaction; shards that another scheduler is at are left out. */
  queueDue(portion: Portion): Promise<readonly Dispatch[]>;
  /** Puts the jobs into the device queues; returns the rows whose job may be missing. */
  enqueue(rows: readonly EnqueueRow[]): Promise<readonly EnqueueRow[]>;
  returnToIdle(rows: readonly QueuedRow[]): Promise<unknown>;
  /** Whether Redis takes writes now: rows that can't get a job must not be queued. */
  redisTakesWrites(): Promise<boolean>;
  observe: Observe;
}>;

/** Portions under way at once: enough to hide the round trips of one behind the work of another. */
const portionsInFlight = 4;

/**
 * Turns due rows into jobs: query due → group by device → enqueue → the device's worker is woken. Any number of
 * schedulers may do it at once; each shard is selected by one of them.
 *
 * Ends early when Redis stops taking writes: what is queued then only comes back, at the cost of two writes a row.
 * A crash between the commit and the enqueue leaves rows queued without a job: reconcile puts them back.
 */
export async function processTriggers(reach: Reach, deps: TriggersDeps): Promise<number> {
  const { clock, observe } = deps;
  const started = clock.monotonic();
  if (!(await deps.redisTakesWrites())) {
    observe({ kind: 'redis.away' });
    return 0;
  }
  const portions = portionsOf(reach);
  let next = 0;
  let queued = 0;
  let isAway = false;
  const work = async () => {
    for (let portion = portions[next++]; portion && !isAway; portion = portions[next++]) {
      const done = await processPortion(portion, deps);
      // Added after the await: `queued += await …` would forget what the others added meanwhile.
      queued += done.queued;
      // Asked anew: a single queue that refuses must not keep the shards behind it waiting for ever.
      if (done.refused > 0 && !(await deps.redisTakesWrites())) isAway = true;
    }
  };
  await Promise.all(Array.from({ length: portionsInFlight }, work));
  if (isAway) observe({ kind: 'redis.away' });
  observe({
    kind: 'triggers.processed',
    devices: reach === 'all' ? 'all' : reach.length,
    queued,
    ms: clock.monotonic() - started,
  });
  return queued;
}

async function processPortion(
  portion: Portion,
  deps: TriggersDeps,
): Promise<{ queued: number; refused: number }> {
  const dispatches = await deps.queueDue(portion);
  if (dispatches.length === 0) return { queued: 0, refused: 0 };
  const refused = await deps.enqueue(dispatches);
  if (refused.length > 0) {
    deps.observe({ kind: 'enqueue.refused', rows: refused.length });
    await deps.returnToIdle(refused);
  }
  return { queued: dispatches.length - refused.length, refused: refused.length };
}
