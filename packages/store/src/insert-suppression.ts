import type { Queryable } from './database.ts';

/** Suppresses a number; false when it was suppressed. Needs `lockSuppressions`. */
export async function insertSuppression(
  tx: Queryable,
  phoneHash: Uint8Array,
  reason: string,
): Promise<boolean> {
  return (await tx.run('insert-suppression', [phoneHash, reason])).length > 0;
}
