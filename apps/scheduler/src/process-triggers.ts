import type { Clock } from '@dripfleet/domain';
import type { EnqueueRow } from '@dripfleet/queue';
import type { Dispatch, QueuedRow } from '@dripfleet/store';
import type { Observe } from './events.ts';

export type TriggersDeps = Readonly<{
  clock: Clock;
  /** Queues what is due in one shard, in one transaction; undefined when another scheduler is at it. */
  selectShard(shard: number): Promise<readonly Dispatch[] | undefined>;
  /** Puts the jobs into the device queues; returns the rows whose job may be missing. */
  enqueue(rows: readonly EnqueueRow[]): Promise<readonly EnqueueRow[]>;
  returnToIdle(rows: readonly QueuedRow[]): Promise<unknown>;
  /** Whether Redis answers now: rows that can't get a job must not be queued. */
  redisAnswers(): Promise<boolean>;
  observe: Observe;
}>;

/** Shards under way at once: enough to hide the round trips of one behind the work of another. */
const shardsInFlight = 4;

/**
 * Turns due rows into jobs: query due → group by device → enqueue → the device's worker is woken. Any number of
 * schedulers may do it at once; each shard is selected by one of them.
 *
 * A crash between the commit and the enqueue leaves rows queued without a job: reconcile puts them back.
 */
export async function processTriggers(
  shards: readonly number[],
  deps: TriggersDeps,
): Promise<number> {
  const { clock, observe } = deps;
  const started = clock.monotonic();
  if (!(await deps.redisAnswers())) {
    observe({ kind: 'redis.away' });
    return 0;
  }
  let next = 0;
  let queued = 0;
  const work = async () => {
    for (let shard = shards[next++]; shard !== undefined; shard = shards[next++]) {
      const ofShard = await processShard(shard, deps);
      // Added after the await: `queued += await …` would forget what the others added meanwhile.
      queued += ofShard;
    }
  };
  await Promise.all(Array.from({ length: shardsInFlight }, work));
  observe({
    kind: 'triggers.processed',
    shards: shards.length,
    queued,
    ms: clock.monotonic() - started,
  });
  return queued;
}

async function processShard(shard: number, deps: TriggersDeps): Promise<number> {
  const dispatches = await deps.selectShard(shard);
  if (!dispatches || dispatches.length === 0) return 0;
  const refused = await deps.enqueue(dispatches);
  if (refused.length > 0) {
    deps.observe({ kind: 'enqueue.refused', rows: refused.length });
    await deps.returnToIdle(refused);
  }
  return dispatches.length - refused.length;
}
