import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { WrappedKey } from './find-device-key.ts';

export type DeviceKey = WrappedKey & Readonly<{ deviceId: DeviceId; name: string }>;

type Row = { device_id: number; name: string; wrapped_by: string; wrapped_key: Buffer };

/** The next `limit` keys of devices after `after` that another key than `wrappedBy` wrapped. */
export async function findDeviceKeys(
  db: Queryable,
  wrappedBy: string,
  { after, limit }: { after: DeviceId; limit: number },
): Promise<readonly DeviceKey[]> {
  const rows = await db.run<Row>('find-device-keys', [wrappedBy, after, limit]);
  return rows.map((row) => ({
    deviceId: deviceId(row.device_id),
    name: row.name,
    wrappedBy: row.wrapped_by,
    wrapped: row.wrapped_key,
  }));
}
