import type { SequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Closes what is known not to have left of runs that `exitRuns` has just ended, in the same transaction. */
export async function cancelReadyDeliveries(
  tx: Queryable,
  runs: readonly SequenceContactId[],
): Promise<void> {
  await tx.run('cancel-ready-deliveries', [runs]);
}
