import { type DeviceId, deviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** One time a message left, or may have left, as ages by Postgres' clock. */
export type PastTransmission = Readonly<{
  deviceId: DeviceId;
  begun: DurationMs;
  /** Undefined: no answer was recorded. */
  acked: DurationMs | undefined;
}>;

type Row = {
  device_id: number;
  attempt_age_ms: number;
  ack_age_ms: number | null;
  attempts: number;
};

/** Transmissions of `devices` that began within `reach`, by device, oldest first; one entry per attempt. */
export async function findTransmissions(
  db: Queryable,
  devices: readonly DeviceId[],
  reach: DurationMs,
): Promise<readonly PastTransmission[]> {
  const rows = await db.run<Row>('find-transmissions', [devices, reach]);
  return rows.flatMap((row) => {
    const transmission = {
      deviceId: deviceId(row.device_id),
      begun: durationMs(row.attempt_age_ms),
      acked: row.ack_age_ms === null ? undefined : durationMs(row.ack_age_ms),
    };
    return Array.from({ length: row.attempts }, () => transmission);
  });
}
