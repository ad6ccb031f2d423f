import type { DeviceId, DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import { type QueuedRow, type QueuedRowColumns, toQueuedRow } from './return-to-idle.ts';

/** At most `limit` rows that have been queued for `age` or longer, of devices after `after`, in the order of the devices. */
export async function findStaleQueued(
  db: Queryable,
  { age, limit, after }: { age: DurationMs; limit: number; after: DeviceId },
): Promise<readonly QueuedRow[]> {
  const rows = await db.run<QueuedRowColumns>('find-stale-queued', [age, limit, after]);
  return rows.map(toQueuedRow);
}
