import type { Queryable } from './database.ts';
import { type PruneRange, type PruneRow, type PruneStep, toPruneStep } from './erase-bodies.ts';

/**
 * Moves at most `limit` deliveries that are final, of runs that ended longer than `age` ago, to the archive. `age` must be more than the
 * longest window of any pacing, which counts them. Needs `lockPrune` and `ensureArchiveMonths`.
 */
export async function archiveDeliveries(
  tx: Queryable,
  { age, limit, span }: PruneRange,
): Promise<PruneStep> {
  return toPruneStep(await tx.run<PruneRow>('archive-deliveries', [age, limit, span]));
}
