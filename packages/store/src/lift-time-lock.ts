import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The network lets the device write to new contacts again. */
export async function liftTimeLock(db: Queryable, device: DeviceId): Promise<void> {
  await db.run('lift-time-lock', [device]);
}
