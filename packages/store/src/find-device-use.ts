import type { DeviceId, DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What keeps a device from being removed or renumbered. */
export type DeviceUse = Readonly<{
  /** Runs of sequence contacts under way, and ended ones. */
  openRuns: number;
  endedRuns: number;
  owned: boolean;
  ownerLive: boolean;
}>;

type Row = {
  open_runs: number;
  ended_runs: number;
  owned: boolean | null;
  owner_live: boolean;
};

/** A heartbeat older than `steal` is that of a dead owner. */
export async function findDeviceUse(
  db: Queryable,
  device: DeviceId,
  steal: DurationMs,
): Promise<DeviceUse> {
  const [row] = await db.run<Row>('find-device-use', [device, steal]);
  return {
    openRuns: row?.open_runs ?? 0,
    endedRuns: row?.ended_runs ?? 0,
    owned: row?.owned ?? false,
    ownerLive: row?.owner_live ?? false,
  };
}
