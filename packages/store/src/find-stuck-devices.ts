import { type DeviceId, deviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Something of a device that has not moved for long, though the device may send. */
export type StuckDevice = Readonly<{
  deviceId: DeviceId;
  name: string;
  /** `queued`: perhaps only paced; `sending`: an attempt that nobody concluded. */
  kind: 'queued' | 'sending';
  rows: number;
  age: DurationMs;
  pacing: unknown;
}>;

type Row = {
  id: number;
  name: string;
  kind: StuckDevice['kind'];
  n: number;
  age_ms: number;
  pacing: unknown;
};

/** Devices with something older than `age`, the oldest first. A heartbeat older than `steal` is a dead owner's. */
export async function findStuckDevices(
  db: Queryable,
  { steal, age, limit }: { steal: DurationMs; age: DurationMs; limit: number },
): Promise<readonly StuckDevice[]> {
  const rows = await db.run<Row>('find-stuck-devices', [steal, age, limit]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    kind: row.kind,
    rows: row.n,
    age: durationMs(row.age_ms),
    pacing: row.pacing,
  }));
}
