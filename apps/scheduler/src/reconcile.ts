import { type DeviceId, deviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import { jobId } from '@dripfleet/queue';
import type { QueuedRow } from '@dripfleet/store';
import type { Observe } from './events.ts';

export type ReconcileDeps = Readonly<{
  findStaleQueued(options: {
    age: DurationMs;
    limit: number;
    after: DeviceId;
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

/** A row gets its job within seconds; one that is queued for longer may have lost it. */
const staleAge = durationMs(60_000);
/** Rows looked at together, of whole devices: far more than one device may have. */
const pageSize = 20_000;

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
  const returned = new Set<DeviceId>();
  let lost = 0;
  for await (const rows of staleRows(deps, wasEmptied ? durationMs(0) : staleAge)) {
    const jobs = await deps.findJobIds([...new Set(rows.map((row) => row.deviceId))]);
    const orphans = rows.filter((row) => !jobs.has(jobId(row.sequenceContactId, row.dispatchSeq)));
    lost += orphans.length;
    // Chunks of 500, so that nobody waits long for a lock.
    for (let start = 0; start < orphans.length; start += 500) {
      const devices = await deps.returnToIdle(orphans.slice(start, start + 500));
      for (const device of devices) returned.add(device);
    }
  }
  // Only once all is back: a crash before this repeats it.
  if (wasEmptied) await deps.setSentinel();
  if (lost > 0) {
    const cause = wasEmptied ? 'redis_emptied' : 'lost';
    deps.observe({ kind: 'jobs.reconciled', rows: lost, cause });
  }
  return [...returned];
}

/** The rows in pages of whole devices: the last device of a full page is left for the next one. */
async function* staleRows(
  { findStaleQueued }: ReconcileDeps,
  age: DurationMs,
): AsyncGenerator<readonly QueuedRow[]> {
  let after = deviceId(0);
  for (;;) {
    const page = await findStaleQueued({ age, limit: pageSize, after });
    const last = page.at(-1)?.deviceId;
    if (last === undefined) return;
    const whole = page.length < pageSize ? page : page.filter((row) => row.deviceId !== last);
    yield whole;
    if (page.length < pageSize) return;
    after = whole.at(-1)?.deviceId ?? last;
  }
}
