import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';

export type DrainedDevice = Readonly<{
  deviceId: DeviceId;
  name: string;
  outcome: 'changed' | 'already';
  before: DesiredState;
}>;

type Row = {
  id: number;
  name: string;
  outcome: DrainedDevice['outcome'];
  before: DesiredState;
};

/** Asks the owners of at most 500 devices to let go, and notes who asked. Their owners do the rest. */
export async function drainDevices(
  db: Queryable,
  devices: readonly DeviceId[],
  { reason, actor }: { reason?: string | undefined; actor: string },
): Promise<readonly DrainedDevice[]> {
  const rows = await db.run<Row>('drain-devices', [devices, reason ?? null, actor]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    outcome: row.outcome,
    before: row.before,
  }));
}
