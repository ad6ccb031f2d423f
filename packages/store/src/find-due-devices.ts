import {
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type Engine,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What a server that may lie behind knows of due rows. */
export type DueDevices = Readonly<{
  devices: readonly DeviceId[];
  /** Age of the newest heartbeat of a worker that it knows of; undefined when it knows of none. */
  newsAge: DurationMs | undefined;
}>;

type Row = { devices: readonly string[]; news_age_ms: number | null };

/** The devices of `engine` with something due, as `db` knows them. See find-due-devices.sql. */
export async function findDueDevices(db: Queryable, engine: Engine): Promise<DueDevices> {
  const [row] = await db.run<Row>('find-due-devices', [engine]);
  const age = row?.news_age_ms ?? undefined;
  return {
    devices: (row?.devices ?? []).map((id) => deviceId(Number(id))),
    newsAge: age === undefined ? undefined : durationMs(Math.max(0, age)),
  };
}
