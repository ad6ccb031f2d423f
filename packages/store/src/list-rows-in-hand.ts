import {
  type DeviceId,
  type EpochMs,
  epochMs,
  type SequenceContactId,
  sequenceContactId,
  type StepKey,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type RowInHand = Readonly<{
  sequenceContactId: SequenceContactId;
  sequence: string;
  stepKey: StepKey | undefined;
  dispatchState: 'idle' | 'queued' | 'sending' | 'held';
  dueAt: EpochMs;
  assignedAt: EpochMs | undefined;
}>;

type Row = {
  id: number;
  sequence: string;
  next_step_key: StepKey | null;
  dispatch_state: RowInHand['dispatchState'];
  next_trigger_time: Date;
  worker_assigned_at: Date | null;
};

/** What `worker` has in hand of one device, the row due longest first. */
export async function listRowsInHand(
  db: Queryable,
  worker: WorkerId,
  { device, limit }: { device: DeviceId; limit: number },
): Promise<readonly RowInHand[]> {
  const rows = await db.run<Row>('list-rows-in-hand', [worker, device, limit]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    sequence: row.sequence,
    stepKey: row.next_step_key ?? undefined,
    dispatchState: row.dispatch_state,
    dueAt: epochMs(row.next_trigger_time.getTime()),
    assignedAt: row.worker_assigned_at ? epochMs(row.worker_assigned_at.getTime()) : undefined,
  }));
}
