import type { DeviceId, WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import { type Dispatch, type DispatchRow, toDispatch } from './select-due.ts';

/** Queues the most urgent row that is due for one of `devices`, for the direct processor; undefined when none is. */
export async function takeDueRow(
  db: Queryable,
  worker: WorkerId,
  devices: readonly DeviceId[],
): Promise<Dispatch | undefined> {
  const [row] = await db.run<DispatchRow>('take-due-row', [worker, devices]);
  return row && toDispatch(row);
}
