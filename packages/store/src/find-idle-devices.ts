import { type DeviceId, deviceId, type DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Those of `devices` with nothing queued, in flight or due within `horizon`. */
export async function findIdleDevices(
  db: Queryable,
  devices: readonly DeviceId[],
  horizon: DurationMs,
): Promise<readonly DeviceId[]> {
  if (devices.length === 0) return [];
  const rows = await db.run<{ id: number }>('find-idle-devices', [devices, horizon]);
  return rows.map((row) => deviceId(row.id));
}
