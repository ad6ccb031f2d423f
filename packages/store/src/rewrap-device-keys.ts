import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type Rewrap = Readonly<{ deviceId: DeviceId; before: Buffer; after: Buffer }>;

/** Exchanges wrapped keys; returns how many. One that changed meanwhile is left as it is. */
export async function rewrapDeviceKeys(
  db: Queryable,
  wrappedBy: string,
  rewraps: readonly Rewrap[],
): Promise<number> {
  const rows = await db.run('rewrap-device-keys', [
    wrappedBy,
    rewraps.map(({ deviceId }) => deviceId),
    rewraps.map(({ before }) => before),
    rewraps.map(({ after }) => after),
  ]);
  return rows.length;
}
