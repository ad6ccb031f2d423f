import type { Queryable } from './database.ts';

/** Whether this transaction may prune: one at a time does. */
export async function lockPrune(tx: Queryable): Promise<boolean> {
  const [row] = await tx.run<{ locked: boolean }>('lock-prune');
  return row?.locked === true;
}
