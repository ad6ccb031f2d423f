import type { SimulatedDatabaseOptions } from '../database/simulated-database.ts';
import type { WorkerParts } from '@dripfleet/worker';
import type { SchedulerParts } from '@dripfleet/scheduler';

/** What stands between the engine and its world in a run that leaves a guard out, to see that the oracle notices. */
export type Guardless = Readonly<{
  /** Statements without one of their conditions. */
  database: Pick<SimulatedDatabaseOptions, 'statements'>;
  worker(parts: WorkerParts): WorkerParts;
  scheduler(parts: SchedulerParts): SchedulerParts;
}>;

export const noAlterations: Guardless = {
  database: {},
  worker: (parts) => parts,
  scheduler: (parts) => parts,
};
