export {
  type Database,
  type DatabaseOptions,
  openDatabase,
  plansByKeyOptions,
  type Queryable,
} from './database.ts';
export { DatabaseError, type DatabaseFailure } from './database-error.ts';
export { migrate } from './migrate.ts';
export { adoptQueuedRows } from './adopt-queued-rows.ts';
export { beginDeliveries, type BeginOutcome, type BeginRow } from './begin-deliveries.ts';
export { claimDevices, type Claimed, type ClaimRequest } from './claim-devices.ts';
export { emptyDevice } from './empty-device.ts';
export { failPairing } from './fail-pairing.ts';
export { type Device, findDevices } from './find-devices.ts';
export { findOpenDeliveries, type OpenDelivery } from './find-open-deliveries.ts';
export { type DesiredState, findOwnedDevices, type OwnedDevice } from './find-owned-devices.ts';
export { findQuietDevices, type QuietDevice } from './find-quiet-devices.ts';
export { findStaleQueued } from './find-stale-queued.ts';
export {
  findTransmissions,
  type PastTransmission,
  type TransmissionReach,
} from './find-transmissions.ts';
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
export { type DeliveryContents, loadDeliveries, type LoadedDelivery } from './load-deliveries.ts';
export { lockShards, shardCount } from './lock-shards.ts';
export { type Receipt, type ReceivedDelivery, recordReceipts } from './record-receipts.ts';
export { registerWorker, type WorkerFacts } from './register-worker.ts';
export { type Release, releaseDevices } from './release-devices.ts';
export { removeWorkers } from './remove-workers.ts';
export { findMessage, type StoredMessage } from './find-message.ts';
export { liftTimeLock } from './lift-time-lock.ts';
export { restrictDevice, type Restriction } from './restrict-device.ts';
export { type HandFate, type QueuedRow, returnToIdle } from './return-to-idle.ts';
export { isolateRow } from './isolate-row.ts';
export { findPeers, type Peer } from './find-peers.ts';
export { type Dispatch, type DueReach, selectDue } from './select-due.ts';
export { type Portion, portionsOf, type Reach } from './portions.ts';
export { queueDue } from './queue-due.ts';
export { type DueDevices, findDueDevices } from './find-due-devices.ts';
export { takeDueRow } from './take-due-row.ts';
export { findQueuedRows } from './find-queued-rows.ts';
export {
  type DeviceSessionState,
  type SessionReport,
  type SessionState,
  setSessionState,
} from './set-session-state.ts';
export { countDeliveries, type DeliveryState } from './count-deliveries.ts';
export { countFleet, type FleetCounts } from './count-fleet.ts';
export {
  countSequenceContacts,
  type RunStatus,
  type SequenceContactCounts,
} from './count-sequence-contacts.ts';
export { deleteDevice } from './delete-device.ts';
export { drainDevices, type DrainedDevice } from './drain-devices.ts';
export { drainUnownedDevice } from './drain-unowned-device.ts';
export { type DeviceDetails, type DeviceOwner, findDeviceDetails } from './find-device-details.ts';
export { type DeviceProgress, findDeviceProgress } from './find-device-progress.ts';
export { type DeviceUse, findDeviceUse } from './find-device-use.ts';
export { findMissingMigrations, type MigrationGap } from './find-missing-migrations.ts';
export { findStuckDevices, type StuckDevice } from './find-stuck-devices.ts';
export { findTakenDevices, type TakenDevice } from './find-taken-devices.ts';
export { getServerFacts, type ServerFacts } from './get-server-facts.ts';
export { insertDevices } from './insert-devices.ts';
export { insertOperatorActions } from './insert-operator-actions.ts';
export { type DeviceLine, type DeviceSession, listDevices } from './list-devices.ts';
export { listQueueDepths } from './list-queue-depths.ts';
export { listRowsInHand, type RowInHand } from './list-rows-in-hand.ts';
export { listWorkers, type WorkerLine } from './list-workers.ts';
export { lockDevice } from './lock-device.ts';
export { type DeviceFilter, matchDevices, type NamedDevice } from './match-devices.ts';
export { measureRecentDeliveries, type RecentDeliveries } from './measure-recent-deliveries.ts';
export { type PausedDevice, pauseDevices } from './pause-devices.ts';
export { type ResumedDevice, resumeDevices } from './resume-devices.ts';
export { type DeviceChange, updateDevice } from './update-device.ts';
export { Batcher, type BatcherOptions } from './batcher.ts';
export { refuseDelivery, type RefusedDelivery, type RefuseOutcome } from './refuse-delivery.ts';
export { cancelReadyDeliveries } from './cancel-ready-deliveries.ts';
export { deleteSuppression } from './delete-suppression.ts';
export { type ExitedRun, exitRuns } from './exit-runs.ts';
export { type EnrollmentDevice, findEnrollmentDevices } from './find-enrollment-devices.ts';
export {
  type EnrollmentFacts,
  type EnrollmentSubject,
  findEnrollmentFacts,
} from './find-enrollment-facts.ts';
export { findReusedSteps } from './find-reused-steps.ts';
export { findSequence, type SequenceStatus, type StoredSequence } from './find-sequence.ts';
export { type ContactFacts, insertContacts } from './insert-contacts.ts';
export { insertSequence } from './insert-sequence.ts';
export { insertSequenceVersion } from './insert-sequence-version.ts';
export {
  type Enrollment,
  insertSequenceContacts,
  type NewRun,
} from './insert-sequence-contacts.ts';
export { insertSuppression } from './insert-suppression.ts';
export { listSequenceNames } from './list-sequence-names.ts';
export { listSequences, type SequenceLine } from './list-sequences.ts';
export { lockContacts } from './lock-contacts.ts';
export { type LockedSequence, lockSequence } from './lock-sequence.ts';
export { lockSuppressions } from './lock-suppressions.ts';
export { setSequenceStatus } from './set-sequence-status.ts';
export { shareDevices } from './share-devices.ts';
export { shareSuppressions } from './share-suppressions.ts';
export { suppressContact } from './suppress-contact.ts';
export { unsuppressContact } from './unsuppress-contact.ts';
export { type ContactUpdate, updateContacts } from './update-contacts.ts';
export { findIdleDevices } from './find-idle-devices.ts';
export { type FleetFigures, readFleetFigures } from './read-fleet-figures.ts';
export { cancelPairing } from './cancel-pairing.ts';
export { concludePairing, type ConcludeOutcome, type PairingEnd } from './conclude-pairing.ts';
export { countDeviceKeys, type DeviceKeyCounts } from './count-device-keys.ts';
export { deleteCredentials } from './delete-credentials.ts';
export type { DeviceClaim } from './device-claim.ts';
export { findCredentials, type StoredCredential } from './find-credentials.ts';
export { findDeviceKey, type WrappedKey } from './find-device-key.ts';
export { type DeviceKey, findDeviceKeys } from './find-device-keys.ts';
export { findPairing, type Pairing } from './find-pairing.ts';
export { findPairingProgress, type PairingProgress } from './find-pairing-progress.ts';
export { finishCredentialImport } from './finish-credential-import.ts';
export { insertCredentials } from './insert-credentials.ts';
export { insertDeviceKey } from './insert-device-key.ts';
export { lockCredentials } from './lock-credentials.ts';
export { type PairingMethod, requestPairing } from './request-pairing.ts';
export { type Rewrap, rewrapDeviceKeys } from './rewrap-device-keys.ts';
export { showChallenge, type ShowOutcome } from './show-challenge.ts';
export { type CredentialWrite, writeCredentials, type WriteOutcome } from './write-credentials.ts';
export {
  beginConfirmation,
  type ConfirmationOutcome,
  type ConfirmationRequest,
} from './begin-confirmation.ts';
export { exitRepliedRuns } from './exit-replied-runs.ts';
export { type ConfirmationRun, findConfirmationRun } from './find-confirmation-run.ts';
export { type Confirmation, findConfirmations } from './find-confirmations.ts';
export { type ConfirmationFinish, finishConfirmation } from './finish-confirmation.ts';
export { insertConfirmation, type NewConfirmation } from './insert-confirmation.ts';
export { type InboundRow, insertInboundMessage } from './insert-inbound-message.ts';
export {
  countDeadLetters,
  type DeadLetterCount,
  type DeadLetterFilter,
} from './count-dead-letters.ts';
export { type DeadLetter, findDeadLetters } from './find-dead-letters.ts';
export type { ExplainedRun } from './explanation-row.ts';
export { type ExplanationFacts, findExplanation } from './find-explanation.ts';
export { listRunDeliveries, type PastDelivery, type RunHistory } from './list-run-deliveries.ts';
export { lockDeadLetters } from './lock-dead-letters.ts';
export { retryDeliveries, type RetryOutcome } from './retry-deliveries.ts';
export { settleDeliveries, type Settlement, type SettleOutcome } from './settle-deliveries.ts';
export { countEngines, type EngineCounts } from './count-engines.ts';
export { listDeviceEngines } from './list-device-engines.ts';
export { setDeviceEngine } from './set-device-engine.ts';
export { setRollout } from './set-rollout.ts';
export { shareRollout } from './share-rollout.ts';
export { archiveDeliveries } from './archive-deliveries.ts';
export { ensureArchiveMonths } from './ensure-archive-months.ts';
export { eraseBodies, type PruneRange, type PruneStep } from './erase-bodies.ts';
export { lockPrune } from './lock-prune.ts';
export { deleteLogin } from './delete-login.ts';
export { type Access, findApiKey } from './find-api-key.ts';
export { findLogin } from './find-login.ts';
export { insertApiKey, type NewApiKey } from './insert-api-key.ts';
export { insertLogin } from './insert-login.ts';
export { type ApiKeyLine, listApiKeys } from './list-api-keys.ts';
export { revokeApiKey } from './revoke-api-key.ts';
export { type DeviceActivity, listDeviceActivity } from './list-device-activity.ts';
export { beginRequest, type RequestTurn } from './begin-request.ts';
export { finishRequest } from './finish-request.ts';
export { forgetRequest } from './forget-request.ts';
export { listOperatorActions, type OperatorAction } from './list-operator-actions.ts';
export { type DeviceFigures, measureDevices } from './measure-devices.ts';
export { type Pulse, readPulse } from './read-pulse.ts';
