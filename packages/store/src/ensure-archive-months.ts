import type { Queryable } from './database.ts';

/** Gives the archive a place for every month since the installation. Before `archiveDeliveries`, in the same transaction. */
export async function ensureArchiveMonths(tx: Queryable): Promise<void> {
  await tx.run('ensure-archive-months');
}
