import {
  type DeviceId,
  deviceId,
  type Epoch,
  epoch,
  type PhoneNumber,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';

/** What a device worker must know of its device. */
export type Device = Readonly<{
  deviceId: DeviceId;
  name: string;
  phone: PhoneNumber | undefined;
  owner: WorkerId | undefined;
  epoch: Epoch;
  desiredState: DesiredState;
  maySend: boolean;
  /** False: a connect can't succeed, or must not be tried, until an operator acts or a restriction ends. */
  mayConnect: boolean;
  /** An operator waits for it to be linked to its phone. */
  isPairing: boolean;
  /** The stored override, to be read by `parsePacing` of the domain. */
  pacing: unknown;
  pacingVersion: number;
}>;

type Row = {
  id: number;
  name: string;
  phone: PhoneNumber | null;
  owner_worker_id: WorkerId | null;
  owner_epoch: number;
  desired_state: DesiredState;
  may_send: boolean;
  may_connect: boolean;
  is_pairing: boolean;
  pacing: unknown;
  pacing_version: number;
};

/** The devices with these ids, in no order. */
export async function findDevices(
  db: Queryable,
  devices: readonly DeviceId[],
): Promise<readonly Device[]> {
  const rows = await db.run<Row>('find-devices', [devices]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    phone: row.phone ?? undefined,
    owner: row.owner_worker_id ?? undefined,
    epoch: epoch(row.owner_epoch),
    desiredState: row.desired_state,
    maySend: row.may_send,
    mayConnect: row.may_connect,
    isPairing: row.is_pairing,
    pacing: row.pacing,
    pacingVersion: row.pacing_version,
  }));
}
