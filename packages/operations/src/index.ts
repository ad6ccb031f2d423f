export { addDevices, type AddDevicesRequest } from './add-devices.ts';
export type { RedisProbe } from './check-redis.ts';
export { DeviceError } from './device-error.ts';
export { parseLabels } from './device-labels.ts';
export { drainDevices, type DrainResult } from './drain-devices.ts';
export { listDevices, type ListDevicesRequest } from './list-devices.ts';
export { type ControlRequest, type InHand, pauseDevices } from './pause-devices.ts';
export { type DeviceNames, type NewDevice, planDeviceNames } from './plan-device-names.ts';
export { readStats, type Stats } from './read-stats.ts';
export { removeDevice } from './remove-device.ts';
export { type DeviceSelector, labelText, resolveDevices } from './resolve-devices.ts';
export { resumeDevices } from './resume-devices.ts';
export type { Check } from './doctor-check.ts';
export { type DoctorRequest, runDoctor } from './run-doctor.ts';
export { setDevice, type SetDeviceRequest, type SetDeviceResult } from './set-device.ts';
export type { DevicePacing } from './find-pacing.ts';
export { type DeviceReport, showDevice } from './show-device.ts';
export {
  waitForDevices,
  type WaitProgress,
  type WaitRequest,
  type WaitResult,
} from './wait-for-devices.ts';
export { type AppliedSequence, applySequence, type ApplyRequest } from './apply-sequence.ts';
export { type PersonInput, type PersonProblem } from './check-person.ts';
export { enrollContact, type EnrollOutcome, type EnrollRequest } from './enroll-contact.ts';
export { exitContact, type ExitOutcome, type ExitRequest } from './exit-contact.ts';
export { importContacts, type ImportOutcome } from './import-contacts.ts';
export type { ImportCounts, ImportProgress, ImportRequest } from './import-request.ts';
export { listSequences } from './list-sequences.ts';
export type { FileProblem } from './locate-problem.ts';
export { parseSequenceFile, type SequenceFile } from './parse-sequence-file.ts';
export { rejectedHeader, rejectedLine, type RejectedRow } from './rejected-csv.ts';
export { type ShownSequence, showSequence } from './show-sequence.ts';
export { hearMessage, type HeardMessage, type HearOutcome } from './hear-message.ts';
export { suppressPhone, type SuppressOutcome, type SuppressRequest } from './suppress-phone.ts';
export { type SwitchedSequence, switchSequence, type SwitchRequest } from './switch-sequence.ts';
export {
  unsuppressPhone,
  type UnsuppressOutcome,
  type UnsuppressRequest,
} from './unsuppress-phone.ts';
export { adviseSession } from './advise-session.ts';
export { cancelPairing } from './cancel-pairing.ts';
export {
  importSession,
  type SessionImported,
  type SessionImportRequest,
} from './import-session.ts';
export { type PairingReading, readPairing } from './read-pairing.ts';
export {
  type PairingRefusal,
  type PairingRequest,
  type PairingRequested,
  requestPairing,
} from './request-pairing.ts';
export { hasSession } from './has-session.ts';
export {
  explainContact,
  type ExplainedReason,
  type ExplainOutcome,
  type ExplainRequest,
} from './explain-contact.ts';
export type { ShownStep } from './list-steps.ts';
export type { DeadLetterRequest } from './find-dead-letter-filter.ts';
export { type DeadLetterLine, listDeadLetters } from './list-dead-letters.ts';
export {
  type LetterOutcome,
  retryDeadLetters,
  type RetryRequest,
  type RetryResult,
  type RetryVerb,
} from './retry-dead-letters.ts';
export { readRollout, type Rollout, type RolloutChange, setRollout } from './rollout.ts';
export type { Role } from '@dripfleet/domain';
export type { Access, ApiKeyLine } from '@dripfleet/store';
export { ApiKeyError } from './api-key-error.ts';
export { closeLogin } from './close-login.ts';
export { type ApiKeyCreated, createApiKey, type CreateApiKeyRequest } from './create-api-key.ts';
export { findAccess } from './find-access.ts';
export { findLogin } from './find-login.ts';
export { listApiKeys } from './list-api-keys.ts';
export { type Login, openLogin } from './open-login.ts';
export { type ApiKeyRevoked, revokeApiKey } from './revoke-api-key.ts';
export { type Activity, readActivity } from './read-activity.ts';
export { conditionReason, deviceCondition, type DeviceCondition } from './device-condition.ts';
export { type FleetReading, readFleet } from './read-fleet.ts';
