import { type DeviceId, deviceId, type DurationMs, sequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { QueuedRow } from './return-to-idle.ts';

/** At most `limit` rows that have been queued for `age` or longer, of devices after `after`, in the order of the devices. */
export async function findStaleQueued(
  db: Queryable,
  { age, limit, after }: { age: DurationMs; limit: number; after: DeviceId },
): Promise<readonly QueuedRow[]> {
  const rows = await db.run<{ id: number; device_id: number; dispatch_seq: number }>(
    'find-stale-queued',
    [age, limit, after],
  );
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    dispatchSeq: row.dispatch_seq,
  }));
}
