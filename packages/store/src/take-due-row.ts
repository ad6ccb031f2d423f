import {
  type DeviceId,
  deviceId,
  sequenceContactId,
  stepKey,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { Dispatch } from './select-due.ts';

type Row = { id: number; device_id: number; dispatch_seq: number; next_step_key: string };

/** Queues the most urgent row that is due for one of `devices`, for the direct processor; undefined when none is. */
export async function takeDueRow(
  db: Queryable,
  worker: WorkerId,
  devices: readonly DeviceId[],
): Promise<Dispatch | undefined> {
  const [row] = await db.run<Row>('take-due-row', [worker, devices]);
  if (!row) return undefined;
  return {
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    dispatchSeq: row.dispatch_seq,
    stepKey: stepKey(row.next_step_key),
  };
}
