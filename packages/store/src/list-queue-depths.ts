import type { Queryable } from './database.ts';

/** Rows queued for each device by its name, the fullest first; devices with none have 0. */
export async function listQueueDepths(db: Queryable): Promise<ReadonlyMap<string, number>> {
  const rows = await db.run<{ name: string; queued: number }>('list-queue-depths');
  return new Map(rows.map((row) => [row.name, row.queued]));
}
