import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Takes back all that is queued for a device and not begun; its jobs are stale from then on. Returns how many rows. */
export async function emptyDevice(db: Queryable, device: DeviceId): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = await db.run('empty-device', [device]);
    total += rows.length;
    // 500 rows a statement, so that nobody waits long for a lock.
    if (rows.length < 500) return total;
  }
}
