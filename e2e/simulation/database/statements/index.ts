import type { Statement } from '../statement-context.ts';
import { adoptQueuedRows } from './adopt-queued-rows.ts';
import { beginDeliveries } from './begin-deliveries.ts';
import { claimDevices } from './claim-devices.ts';
import { emptyDevice } from './empty-device.ts';
import { findDevices } from './find-devices.ts';
import { findIdleDevices } from './find-idle-devices.ts';
import { findMessage } from './find-message.ts';
import { findOpenDeliveries } from './find-open-deliveries.ts';
import { findOwnedDevices } from './find-owned-devices.ts';
import { findPeers } from './find-peers.ts';
import { findQuietDevices } from './find-quiet-devices.ts';
import { findStaleQueued } from './find-stale-queued.ts';
import { findTransmissions } from './find-transmissions.ts';
import { findWantedDevices } from './find-wanted-devices.ts';
import { finishDeliveries } from './finish-deliveries.ts';
import { getDefinitions } from './get-definitions.ts';
import { getSettings } from './get-settings.ts';
import { heartbeatWorker } from './heartbeat-worker.ts';
import { isolateRow } from './isolate-row.ts';
import { liftTimeLock } from './lift-time-lock.ts';
import { loadDeliveries } from './load-deliveries.ts';
import { lockShards } from './lock-shards.ts';
import { recordReceipts } from './record-receipts.ts';
import { refuseDelivery } from './refuse-delivery.ts';
import { registerWorker } from './register-worker.ts';
import { releaseDevices } from './release-devices.ts';
import { removeWorkers } from './remove-workers.ts';
import { restrictDevice } from './restrict-device.ts';
import { returnToIdle } from './return-to-idle.ts';
import { selectDue } from './select-due.ts';
import { setSessionState } from './set-session-state.ts';
import { beginConfirmation } from './begin-confirmation.ts';
import { cancelReadyDeliveries } from './cancel-ready-deliveries.ts';
import { deleteSuppression } from './delete-suppression.ts';
import { drainDevices } from './drain-devices.ts';
import { drainUnownedDevice } from './drain-unowned-device.ts';
import { exitRepliedRuns } from './exit-replied-runs.ts';
import { exitRuns } from './exit-runs.ts';
import { findConfirmationRun } from './find-confirmation-run.ts';
import { findConfirmations } from './find-confirmations.ts';
import { findDeviceProgress } from './find-device-progress.ts';
import { findEnrollmentDevices } from './find-enrollment-devices.ts';
import { findEnrollmentFacts } from './find-enrollment-facts.ts';
import { findReusedSteps } from './find-reused-steps.ts';
import { findSequence } from './find-sequence.ts';
import { finishConfirmation } from './finish-confirmation.ts';
import { insertConfirmation } from './insert-confirmation.ts';
import { insertContacts } from './insert-contacts.ts';
import { insertInboundMessage } from './insert-inbound-message.ts';
import { insertOperatorActions } from './insert-operator-actions.ts';
import { insertSequence } from './insert-sequence.ts';
import { insertSequenceContacts } from './insert-sequence-contacts.ts';
import { insertSequenceVersion } from './insert-sequence-version.ts';
import { insertSuppression } from './insert-suppression.ts';
import { listSequenceNames } from './list-sequence-names.ts';
import { lockContacts } from './lock-contacts.ts';
import { lockDevice } from './lock-device.ts';
import { lockSequence } from './lock-sequence.ts';
import { lockSuppressions } from './lock-suppressions.ts';
import { matchDevices } from './match-devices.ts';
import { pauseDevices } from './pause-devices.ts';
import { resumeDevices } from './resume-devices.ts';
import { setSequenceStatus } from './set-sequence-status.ts';
import { shareDevices } from './share-devices.ts';
import { shareSuppressions } from './share-suppressions.ts';
import { suppressContact } from './suppress-contact.ts';
import { unsuppressContact } from './unsuppress-contact.ts';
import { updateContacts } from './update-contacts.ts';
import { updateDevice } from './update-device.ts';

/** The statements of packages/store/sql that the simulated database answers, by the names of their files. */
export const statements: ReadonlyMap<string, Statement> = new Map(
  Object.entries({
    'adopt-queued-rows': adoptQueuedRows,
    'begin-deliveries': beginDeliveries,
    'claim-devices': claimDevices,
    'empty-device': emptyDevice,
    'find-devices': findDevices,
    'find-idle-devices': findIdleDevices,
    'find-message': findMessage,
    'find-open-deliveries': findOpenDeliveries,
    'find-owned-devices': findOwnedDevices,
    'find-peers': findPeers,
    'find-quiet-devices': findQuietDevices,
    'find-stale-queued': findStaleQueued,
    'find-transmissions': findTransmissions,
    'find-wanted-devices': findWantedDevices,
    'finish-deliveries': finishDeliveries,
    'get-definitions': getDefinitions,
    'get-settings': getSettings,
    'heartbeat-worker': heartbeatWorker,
    'isolate-row': isolateRow,
    'lift-time-lock': liftTimeLock,
    'load-deliveries': loadDeliveries,
    'lock-shards': lockShards,
    'record-receipts': recordReceipts,
    'refuse-delivery': refuseDelivery,
    'register-worker': registerWorker,
    'release-devices': releaseDevices,
    'remove-workers': removeWorkers,
    'restrict-device': restrictDevice,
    'return-to-idle': returnToIdle,
    'select-due': selectDue,
    'set-session-state': setSessionState,
    'begin-confirmation': beginConfirmation,
    'cancel-ready-deliveries': cancelReadyDeliveries,
    'delete-suppression': deleteSuppression,
    'drain-devices': drainDevices,
    'drain-unowned-device': drainUnownedDevice,
    'exit-replied-runs': exitRepliedRuns,
    'exit-runs': exitRuns,
    'find-confirmation-run': findConfirmationRun,
    'find-confirmations': findConfirmations,
    'find-device-progress': findDeviceProgress,
    'find-enrollment-devices': findEnrollmentDevices,
    'find-enrollment-facts': findEnrollmentFacts,
    'find-reused-steps': findReusedSteps,
    'find-sequence': findSequence,
    'finish-confirmation': finishConfirmation,
    'insert-confirmation': insertConfirmation,
    'insert-contacts': insertContacts,
    'insert-inbound-message': insertInboundMessage,
    'insert-operator-actions': insertOperatorActions,
    'insert-sequence': insertSequence,
    'insert-sequence-contacts': insertSequenceContacts,
    'insert-sequence-version': insertSequenceVersion,
    'insert-suppression': insertSuppression,
    'list-sequence-names': listSequenceNames,
    'lock-contacts': lockContacts,
    'lock-device': lockDevice,
    'lock-sequence': lockSequence,
    'lock-suppressions': lockSuppressions,
    'match-devices': matchDevices,
    'pause-devices': pauseDevices,
    'resume-devices': resumeDevices,
    'set-sequence-status': setSequenceStatus,
    'share-devices': shareDevices,
    'share-suppressions': shareSuppressions,
    'suppress-contact': suppressContact,
    'unsuppress-contact': unsuppressContact,
    'update-contacts': updateContacts,
    'update-device': updateDevice,
  }),
);
