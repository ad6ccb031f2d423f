import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { WrappedKey } from './find-device-key.ts';

/** Stores the key of a device that has none. In a transaction that holds the device's row. */
export async function insertDeviceKey(
  tx: Queryable,
  device: DeviceId,
  { wrappedBy, wrapped }: WrappedKey,
): Promise<void> {
  await tx.run('insert-device-key', [device, wrappedBy, wrapped]);
}
