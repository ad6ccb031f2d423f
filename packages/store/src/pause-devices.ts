import { type DeviceId, deviceId, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';

export type PausedDevice = Readonly<{
  deviceId: DeviceId;
  name: string;
  /** `kept`: the device drains or is drained, which is stronger. */
  outcome: 'changed' | 'already' | 'kept';
  before: DesiredState;
  after: DesiredState;
  /** Undefined: until resumed. */
  pausedUntil: EpochMs | undefined;
}>;

type Row = {
  id: number;
  name: string;
  outcome: PausedDevice['outcome'];
  before: DesiredState;
  after: DesiredState;
  paused_until: Date | null;
};

/** Pauses at most 500 devices, for `duration` by Postgres' clock or until resumed, and notes who asked. */
export async function pauseDevices(
  db: Queryable,
  devices: readonly DeviceId[],
  request: { duration?: DurationMs | undefined; reason?: string | undefined; actor: string },
): Promise<readonly PausedDevice[]> {
  const { duration, reason, actor } = request;
  const rows = await db.run<Row>('pause-devices', [
    devices,
    duration ?? null,
    reason ?? null,
    actor,
  ]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    outcome: row.outcome,
    before: row.before,
    after: row.after,
    pausedUntil: row.paused_until ? epochMs(row.paused_until.getTime()) : undefined,
  }));
}
