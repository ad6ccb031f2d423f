import type { WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Takes `worker` out of the registry once it owns nothing, and sweeps those dead for a day. */
export async function removeWorkers(db: Queryable, worker: WorkerId): Promise<void> {
  await db.run('remove-workers', [worker]);
}
