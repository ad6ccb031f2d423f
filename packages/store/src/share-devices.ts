import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Keeps these devices from being removed until the transaction ends. */
export async function shareDevices(tx: Queryable, devices: readonly DeviceId[]): Promise<void> {
  await tx.run('share-devices', [devices]);
}
