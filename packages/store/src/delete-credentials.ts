import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Forgets all credentials of a device, and their key. In a transaction that holds the device's row. */
export async function deleteCredentials(tx: Queryable, device: DeviceId): Promise<void> {
  await tx.run('delete-credentials', [device]);
}
