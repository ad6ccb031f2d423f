/** The engine of a scheduler, for whoever runs it other than as the program: the simulation and the crash matrix. */
export type { SchedulerEvent } from './events.ts';
export { type EngineOptions, type SchedulerEngine, schedulerEngine } from './scheduler-engine.ts';
export type { SchedulerParts, SchedulerQueues } from './scheduler-parts.ts';
export { startScheduler } from './start-scheduler.ts';
