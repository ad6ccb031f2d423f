import {
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type QuietDevice = Readonly<{ deviceId: DeviceId; queued: number; oldest: DurationMs }>;

/** Devices of `worker` with rows queued for `age` or longer; whether that is due to their pacing, the caller knows. */
export async function findQuietDevices(
  db: Queryable,
  worker: WorkerId,
  age: DurationMs,
): Promise<readonly QuietDevice[]> {
  const rows = await db.run<{ device_id: number; queued: number; oldest_age_ms: number }>(
    'find-quiet-devices',
    [worker, age],
  );
  return rows.map((row) => ({
    deviceId: deviceId(row.device_id),
    queued: row.queued,
    oldest: durationMs(row.oldest_age_ms),
  }));
}
