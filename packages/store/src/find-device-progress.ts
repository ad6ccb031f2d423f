import { type DeviceId, deviceId, type DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';

export type DeviceProgress = Readonly<{
  deviceId: DeviceId;
  name: string;
  desiredState: DesiredState;
  queued: number;
  sending: number;
  ownerLive: boolean;
}>;

type Row = {
  id: number;
  name: string;
  desired_state: DesiredState;
  queued: number;
  sending: number;
  owner_live: boolean;
};

/** What is still in flight and queued for these devices, by name. */
export async function findDeviceProgress(
  db: Queryable,
  devices: readonly DeviceId[],
  steal: DurationMs,
): Promise<readonly DeviceProgress[]> {
  const rows = await db.run<Row>('find-device-progress', [devices, steal]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    desiredState: row.desired_state,
    queued: row.queued,
    sending: row.sending,
    ownerLive: row.owner_live,
  }));
}
