/** The engine of a worker, for whoever runs it other than as the program: the simulation and the crash matrix. */
export type { WorkerEvent } from './events.ts';
export { type FleetMember, joinFleet, type JoinOptions } from './join-fleet.ts';
export { runMember } from './run-member.ts';
export { startWorker } from './start-worker.ts';
export { workerConfig } from './worker-config.ts';
export type { DeviceQueues } from './device-queues.ts';
export type { WorkerParts } from './worker-parts.ts';
export { workerStore, type WorkerStore } from './worker-store.ts';
