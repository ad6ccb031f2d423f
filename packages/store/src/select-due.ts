import {
  type DeviceId,
  deviceId,
  type Engine,
  type SequenceContactId,
  sequenceContactId,
  type StepKey,
  stepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** One row that was put in its device's queue; `dispatchSeq` makes this dispatch different from every other. */
export type Dispatch = Readonly<{
  sequenceContactId: SequenceContactId;
  deviceId: DeviceId;
  dispatchSeq: number;
  stepKey: StepKey;
}>;

export type DispatchRow = {
  id: number;
  device_id: number;
  dispatch_seq: number;
  next_step_key: string;
};

export function toDispatch(row: DispatchRow): Dispatch {
  return {
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    dispatchSeq: row.dispatch_seq,
    stepKey: stepKey(row.next_step_key),
  };
}

/** Where due rows are looked for. */
export type DueReach = Readonly<{
  shards: readonly number[];
  /** Those of the shards' devices that are looked at; undefined: all. */
  devices?: readonly DeviceId[] | undefined;
  /** Rows in hand of one device at most. */
  queueSize: number;
  engine: Engine;
}>;

/** Queues what is due within `reach`. Needs `lockShards` in the same transaction. */
export async function selectDue(
  tx: Queryable,
  { shards, devices, queueSize, engine }: DueReach,
): Promise<readonly Dispatch[]> {
  const rows = await tx.run<DispatchRow>('select-due', [
    shards,
    queueSize,
    engine,
    devices ?? null,
  ]);
  return rows.map(toDispatch);
}
