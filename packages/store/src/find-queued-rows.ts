import { type DeviceId, deviceId, sequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { QueuedRow } from './return-to-idle.ts';

/** What is queued for a device, in no order. */
export async function findQueuedRows(
  db: Queryable,
  device: DeviceId,
): Promise<readonly QueuedRow[]> {
  const rows = await db.run<{ id: number; device_id: number; dispatch_seq: number }>(
    'find-queued-rows',
    [device],
  );
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    dispatchSeq: row.dispatch_seq,
  }));
}
