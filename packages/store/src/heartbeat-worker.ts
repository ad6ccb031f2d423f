import type { WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What a worker tells of itself. */
export type WorkerLife = Readonly<{
  redisOk: boolean;
  draining: boolean;
  /** How many of its devices it found wanted; undefined before it has looked. */
  wantedDevices: number | undefined;
}>;

/** Says that `worker` lives. False when the registry does not know it: register it again. */
export async function heartbeatWorker(
  db: Queryable,
  worker: WorkerId,
  { redisOk, draining, wantedDevices }: WorkerLife,
): Promise<boolean> {
  const life = [redisOk, draining, wantedDevices ?? null];
  const rows = await db.run('heartbeat-worker', [worker, ...life]);
  return rows.length === 1;
}
