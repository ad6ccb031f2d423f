export { type Database, type DatabaseOptions, openDatabase, type Queryable } from './database.ts';
export { DatabaseError, type DatabaseFailure } from './database-error.ts';
export { migrate } from './migrate.ts';
export { adoptQueuedRows } from './adopt-queued-rows.ts';
export { beginDeliveries, type BeginOutcome, type BeginRow } from './begin-deliveries.ts';
export { claimDevices, type Claimed, type ClaimRequest } from './claim-devices.ts';
export { emptyDevice } from './empty-device.ts';
export { type Device, findDevices } from './find-devices.ts';
export { findOpenDeliveries, type OpenDelivery } from './find-open-deliveries.ts';
export { type DesiredState, findOwnedDevices, type OwnedDevice } from './find-owned-devices.ts';
export { findQuietDevices, type QuietDevice } from './find-quiet-devices.ts';
export { findStaleQueued } from './find-stale-queued.ts';
export { findTransmissions, type PastTransmission } from './find-transmissions.ts';
export { findWantedDevices, type WantedDevices } from './find-wanted-devices.ts';
export {
  finishDeliveries,
  type FinishOutcome,
  type FinishRow,
  type Move,
} from './finish-deliveries.ts';
export { getDefinitions, type VersionRef } from './get-definitions.ts';
export { getSettings, type Installation } from './get-settings.ts';
export { heartbeatWorker } from './heartbeat-worker.ts';
export { loadDeliveries, type LoadedDelivery } from './load-deliveries.ts';
export { lockShard, shardCount } from './lock-shard.ts';
export { type Receipt, type ReceivedDelivery, recordReceipts } from './record-receipts.ts';
export { registerWorker, type WorkerFacts } from './register-worker.ts';
export { releaseDevices } from './release-devices.ts';
export { removeWorkers } from './remove-workers.ts';
export { restrictDevice } from './restrict-device.ts';
export { type QueuedRow, returnToIdle } from './return-to-idle.ts';
export { type Dispatch, selectDue } from './select-due.ts';
export { type SessionState, setSessionState } from './set-session-state.ts';
