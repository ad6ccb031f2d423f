import type { Database } from './database.ts';
import { lockShards } from './lock-shards.ts';
import { type Dispatch, type DueReach, selectDue } from './select-due.ts';

/**
 * Queues what is due in the shards of `reach` that no other scheduler is at, in one transaction: the lock in a statement of
 * its own, before the take. See lock-shards.sql.
 */
export async function queueDue(db: Database, reach: DueReach): Promise<readonly Dispatch[]> {
  return await db.transaction(async (tx) => {
    const shards = await lockShards(tx, reach.shards);
    return shards.length === 0 ? [] : await selectDue(tx, { ...reach, shards });
  });
}
