import { type DeviceId, deviceId, type Engine } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Every device with the engine that serves it. */
export async function listDeviceEngines(
  db: Queryable,
): Promise<readonly Readonly<{ deviceId: DeviceId; engine: Engine }>[]> {
  const rows = await db.run<{ id: number; engine: Engine }>('list-device-engines');
  return rows.map(({ id, engine }) => ({ deviceId: deviceId(id), engine }));
}
