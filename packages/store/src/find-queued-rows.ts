import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import { type QueuedRow, type QueuedRowColumns, toQueuedRow } from './return-to-idle.ts';

/** What is queued for a device, in no order. */
export async function findQueuedRows(
  db: Queryable,
  device: DeviceId,
): Promise<readonly QueuedRow[]> {
  return (await db.run<QueuedRowColumns>('find-queued-rows', [device])).map(toQueuedRow);
}
