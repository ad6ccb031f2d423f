import {
  type DeviceId,
  deviceId,
  type DurationMs,
  type Engine,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The demand for devices at one instant, as one worker sees it. */
export type WantedDevices = Readonly<{
  wanted: number;
  liveWorkers: number;
  /** Wanted devices that the asking worker owns. */
  ownedWanted: number;
  /** Wanted devices that the asking worker could claim, the one that waits longest first. */
  free: readonly DeviceId[];
  /** Those that their last owner gave up in the asking worker's favour. */
  reserved: readonly DeviceId[];
}>;

type Row = {
  wanted: number;
  live_workers: number;
  owned_wanted: number;
  free: readonly string[];
  reserved: readonly string[];
};

/** See find-wanted-devices.sql; `horizon` is how far ahead something due makes a device wanted. */
export async function findWantedDevices(
  db: Queryable,
  worker: WorkerId,
  options: { steal: DurationMs; horizon: DurationMs; engine: Engine; limit: number },
): Promise<WantedDevices> {
  const { steal, horizon, engine, limit } = options;
  const [row] = await db.run<Row>('find-wanted-devices', [worker, steal, horizon, engine, limit]);
  return {
    wanted: row?.wanted ?? 0,
    liveWorkers: row?.live_workers ?? 0,
    ownedWanted: row?.owned_wanted ?? 0,
    free: toIds(row?.free),
    reserved: toIds(row?.reserved),
  };
}

function toIds(ids: readonly string[] = []): readonly DeviceId[] {
  return ids.map((id) => deviceId(Number(id)));
}
