import { type DeviceId, deviceId, durationMs, type Epoch, type WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** A device that its owner gives up, and to whom. */
export type Release = Readonly<{
  deviceId: DeviceId;
  epoch: Epoch;
  /** The worker that is to have it next; undefined: whoever comes. */
  successor?: WorkerId | undefined;
}>;

/** A successor that lives scans every 3 s or so; one that does not must not keep the device from the others for long. */
const keptFor = durationMs(30_000);

/** Gives up devices, each only under its epoch; returns those that were still the caller's. */
export async function releaseDevices(
  db: Queryable,
  worker: WorkerId,
  releases: readonly Release[],
): Promise<readonly DeviceId[]> {
  if (releases.length === 0) return [];
  const rows = await db.run<{ id: number }>('release-devices', [
    worker,
    releases.map((release) => release.deviceId),
    releases.map((release) => release.epoch),
    releases.map((release) => release.successor ?? null),
    keptFor,
  ]);
  return rows.map((row) => deviceId(row.id));
}
