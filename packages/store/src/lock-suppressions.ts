import type { Queryable } from './database.ts';

/** Before any other lock of a transaction that suppresses or unsuppresses: keeps enrolments out until it ends. */
export async function lockSuppressions(tx: Queryable): Promise<void> {
  await tx.run('lock-suppressions');
}
