import { type DeviceId, deviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** One time a message left, or may have left, as ages by Postgres' clock. */
export type PastTransmission = Readonly<{
  deviceId: DeviceId;
  begun: DurationMs;
  /** Undefined: no answer was recorded, or nobody knows which attempt it answers. */
  acked: DurationMs | undefined;
}>;

type Row = {
  device_id: number;
  attempt_age_ms: number;
  ack_age_ms: number | null;
  attempts: number;
};

/** How far back the transmissions of one device are wanted. */
export type TransmissionReach = Readonly<{ deviceId: DeviceId; reach: DurationMs }>;

/** Transmissions that began within each device's reach, by device, oldest first; one entry per attempt. */
export async function findTransmissions(
  db: Queryable,
  wanted: readonly TransmissionReach[],
): Promise<readonly PastTransmission[]> {
  const rows = await db.run<Row>('find-transmissions', [
    wanted.map(({ deviceId: id }) => id),
    wanted.map(({ reach }) => reach),
  ]);
  return rows.flatMap((row) => {
    const transmission = {
      deviceId: deviceId(row.device_id),
      begun: durationMs(row.attempt_age_ms),
      // Of several attempts nobody knows which one was answered, and the last may have come later.
      acked: row.ack_age_ms === null || row.attempts > 1 ? undefined : durationMs(row.ack_age_ms),
    };
    return Array.from({ length: row.attempts }, () => transmission);
  });
}
