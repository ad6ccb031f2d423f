import type { Engine, WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type WorkerFacts = Readonly<{
  host: string;
  build: string;
  capacity: number;
  engine: Engine;
}>;

/** Enters a worker process in the registry, or says that it lives if it is there. */
export async function registerWorker(
  db: Queryable,
  worker: WorkerId,
  { host, build, capacity, engine }: WorkerFacts,
): Promise<void> {
  await db.run('register-worker', [worker, host, build, capacity, engine]);
}
