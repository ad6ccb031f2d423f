import {
  type Engine,
  type DeviceId,
  deviceId,
  type DurationMs,
  type Epoch,
  epoch,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type Claimed = Readonly<{
  deviceId: DeviceId;
  epoch: Epoch;
  /** Undefined when the device was free. */
  previousOwner: WorkerId | undefined;
}>;

export type ClaimRequest = Readonly<{
  devices: readonly DeviceId[];
  /** An owner without a heartbeat for so long is dead. */
  steal: DurationMs;
  /** Whether the caller's own heartbeats were uninterrupted for `steal`. */
  maySteal: boolean;
  engine: Engine;
}>;

type Row = { id: number; owner_epoch: number; previous_owner: WorkerId | null };

/** Makes `worker` the owner of those of the devices that it may have. See claim-devices.sql. */
export async function claimDevices(
  db: Queryable,
  worker: WorkerId,
  { devices, steal, maySteal, engine }: ClaimRequest,
): Promise<readonly Claimed[]> {
  const rows = await db.run<Row>('claim-devices', [worker, devices, steal, maySteal, engine]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    epoch: epoch(row.owner_epoch),
    previousOwner: row.previous_owner ?? undefined,
  }));
}
