import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Forgets a device. Throws `DatabaseError` `bad_row` when a sequence contact refers to it. */
export async function deleteDevice(db: Queryable, device: DeviceId): Promise<void> {
  await db.run('delete-device', [device]);
}
