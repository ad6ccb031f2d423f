import type { Queryable } from './database.ts';

/** Lets a number be written to again; false when it was not suppressed. Needs `lockSuppressions`. */
export async function deleteSuppression(tx: Queryable, phoneHash: Uint8Array): Promise<boolean> {
  return (await tx.run('delete-suppression', [phoneHash])).length > 0;
}
