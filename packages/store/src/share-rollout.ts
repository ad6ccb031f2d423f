import type { Queryable } from './database.ts';

/** Percent of the devices that the workers serve, kept as it is until the transaction ends. */
export async function shareRollout(tx: Queryable): Promise<number> {
  const [row] = await tx.run<{ rollout_percent: number }>('share-rollout');
  if (!row) throw new Error('the settings row is missing: run `dripfleet migrate`');
  return row.rollout_percent;
}
