import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Ends an open request of a device, if there is one, with a reason for people. In a transaction that holds the device's row. */
export async function failPairing(tx: Queryable, device: DeviceId, reason: string): Promise<void> {
  await tx.run('fail-pairing', [device, reason]);
}
