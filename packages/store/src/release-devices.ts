import { type DeviceId, deviceId, type Epoch, type WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Gives up devices, each only under its epoch; returns those that were still the caller's. */
export async function releaseDevices(
  db: Queryable,
  worker: WorkerId,
  claims: readonly Readonly<{ deviceId: DeviceId; epoch: Epoch }>[],
): Promise<readonly DeviceId[]> {
  if (claims.length === 0) return [];
  const rows = await db.run<{ id: number }>('release-devices', [
    worker,
    claims.map((claim) => claim.deviceId),
    claims.map((claim) => claim.epoch),
  ]);
  return rows.map((row) => deviceId(row.id));
}
