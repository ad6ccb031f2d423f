import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Holds a device's row until the transaction ends; false when there is no such device. */
export async function lockDevice(tx: Queryable, device: DeviceId): Promise<boolean> {
  return (await tx.run('lock-device', [device])).length > 0;
}
