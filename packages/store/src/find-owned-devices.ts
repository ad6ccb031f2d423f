import {
  type DeviceId,
  deviceId,
  type Engine,
  type Epoch,
  epoch,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type DesiredState = 'running' | 'paused' | 'draining' | 'drained';

export type OwnedDevice = Readonly<{
  deviceId: DeviceId;
  epoch: Epoch;
  desiredState: DesiredState;
  /** Who is to serve it: another one than the owner's when a rollout has moved it. */
  engine: Engine;
  /** Not paused, draining or restricted at this moment. */
  maySend: boolean;
}>;

type Row = {
  id: number;
  owner_epoch: number;
  desired_state: DesiredState;
  engine: Engine;
  may_send: boolean;
};

/** What `worker` owns by Postgres. */
export async function findOwnedDevices(
  db: Queryable,
  worker: WorkerId,
): Promise<readonly OwnedDevice[]> {
  const rows = await db.run<Row>('find-owned-devices', [worker]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    epoch: epoch(row.owner_epoch),
    desiredState: row.desired_state,
    engine: row.engine,
    maySend: row.may_send,
  }));
}
