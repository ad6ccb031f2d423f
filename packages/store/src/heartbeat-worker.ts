import type { WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Says that `worker` lives. False when the registry does not know it: register it again. */
export async function heartbeatWorker(
  db: Queryable,
  worker: WorkerId,
  { redisOk, draining }: { redisOk: boolean; draining: boolean },
): Promise<boolean> {
  const rows = await db.run('heartbeat-worker', [worker, redisOk, draining]);
  return rows.length === 1;
}
