import { type DeviceId, durationMs } from '@dripfleet/domain';
import { jobId } from '@dripfleet/queue';
import type { QueuedRow } from '@dripfleet/store';
import type { Observe } from './events.ts';

export type ReconcileDeps = Readonly<{
  findStaleQueued(options: {
    age: ReturnType<typeof durationMs>;
    limit: number;
  }): Promise<readonly QueuedRow[]>;
  /** The ids of all jobs that the queues of these devices hold. */
  findJobIds(devices: readonly DeviceId[]): Promise<ReadonlySet<string>>;
  returnToIdle(rows: readonly QueuedRow[]): Promise<readonly DeviceId[]>;
  isSentinelSet(): Promise<boolean>;
  setSentinel(): Promise<void>;
  /** Forgets what was written into Redis before. */
  resetProducer(): void;
  observe: Observe;
}>;

/** A row gets its job within seconds; one that is queued for longer may have lost it. DESIGN section 4.2. */
const staleAge = durationMs(60_000);
const limit = 20_000;

/**
 * Puts back to idle the rows whose job is gone: lost between the commit and the enqueue, or with Redis. When Redis was
 * emptied (its sentinel is missing) it looks at all queued rows at once, whatever their age.
 *
 * Returns the devices that got rows back. Repeating it, or two schedulers doing it at once, is harmless: a row is moved
 * only while the dispatch that was looked at still stands, and a job that turns up later is stale.
 */
export async function reconcile(deps: ReconcileDeps): Promise<readonly DeviceId[]> {
  const wasEmptied = !(await deps.isSentinelSet());
  if (wasEmptied) deps.resetProducer();
  const rows = await deps.findStaleQueued({ age: wasEmptied ? durationMs(0) : staleAge, limit });
  const devices = [...new Set(rows.map((row) => row.deviceId))];
  const jobs = await deps.findJobIds(devices);
  const lost = rows.filter((row) => !jobs.has(jobId(row.sequenceContactId, row.dispatchSeq)));
  const returned: DeviceId[] = [];
  // Chunks of 500, so that nobody waits long for a lock.
  for (let start = 0; start < lost.length; start += 500) {
    returned.push(...(await deps.returnToIdle(lost.slice(start, start + 500))));
  }
  // Only once all is back: a crash before this repeats it.
  if (wasEmptied && rows.length < limit) await deps.setSentinel();
  if (lost.length > 0) {
    const cause = wasEmptied ? 'redis_emptied' : 'lost';
    deps.observe({ kind: 'jobs.reconciled', rows: lost.length, cause });
  }
  return [...new Set(returned)];
}
