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

/** Queues what is due in `shard`, at most `queueSize` rows a device in all. Needs `lockShard` in the same transaction. */
export async function selectDue(
  tx: Queryable,
  { shard, queueSize, engine }: { shard: number; queueSize: number; engine: Engine },
): Promise<readonly Dispatch[]> {
  return (await tx.run<DispatchRow>('select-due', [shard, queueSize, engine])).map(toDispatch);
}
