import type { Queryable } from './database.ts';

/** Before any other lock of a transaction that makes or enrolls contacts: keeps new suppressions out until it ends. */
export async function shareSuppressions(tx: Queryable): Promise<void> {
  await tx.run('share-suppressions');
}
