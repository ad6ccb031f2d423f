import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Stops a device whose account the network refused, until an operator resumes it. */
export async function restrictDevice(
  db: Queryable,
  device: DeviceId,
  reason: string,
): Promise<void> {
  await db.run('restrict-device', [device, reason]);
}
