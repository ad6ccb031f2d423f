import type { DurationMs, Engine } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type EngineCounts = Readonly<{
  engine: Engine;
  devices: number;
  /** Of these, those that a worker of the other engine has not given up yet. */
  awaited: number;
  liveWorkers: number;
}>;

/** `steal`: without a heartbeat for so long a worker is dead. */
export async function countEngines(
  db: Queryable,
  steal: DurationMs,
): Promise<readonly EngineCounts[]> {
  const rows = await db.run<{
    engine: Engine;
    devices: number;
    awaited: number;
    live_workers: number;
  }>('count-engines', [steal]);
  return rows.map(({ live_workers: liveWorkers, ...row }) => ({ ...row, liveWorkers }));
}
