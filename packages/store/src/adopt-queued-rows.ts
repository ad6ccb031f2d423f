import type { DeviceId, WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Writes the new owner on what was queued or sending when it claimed the devices. */
export async function adoptQueuedRows(
  db: Queryable,
  worker: WorkerId,
  devices: readonly DeviceId[],
): Promise<void> {
  if (devices.length > 0) await db.run('adopt-queued-rows', [worker, devices]);
}
