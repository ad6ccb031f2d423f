import { type DeviceId, deviceId, type Engine } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** At most 500 devices. Returns those that another engine served before. */
export async function setDeviceEngine(
  tx: Queryable,
  devices: readonly DeviceId[],
  engine: Engine,
): Promise<readonly DeviceId[]> {
  if (devices.length === 0) return [];
  const rows = await tx.run<{ id: number }>('set-device-engine', [devices, engine]);
  return rows.map(({ id }) => deviceId(id));
}
