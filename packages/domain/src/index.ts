export { assertNever } from './assert-never.ts';
export type { Clock } from './clock.ts';
export {
  type Attempt,
  concludeAttempt,
  type Conclusion,
  type FailureClass,
} from './conclude-attempt.ts';
export {
  type ApiKeyId,
  apiKeyId,
  type ContactId,
  contactId,
  type DeviceId,
  deviceId,
  type Epoch,
  epoch,
  type MessageId,
  optOutKey,
  type PhoneNumber,
  phoneNumber,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  sequenceId,
  type StepKey,
  stepKey,
  type WorkerId,
  workerId,
} from './ids.ts';
export { compileOptOutWords, isOptOut, type OptOutWords } from './is-opt-out.ts';
export { hashFraction } from './jitter.ts';
export { type Engine, engineOf, engines } from './rollout.ts';
export { type CrashVerdict, judgeCrashes, suspectFrom } from './judge-crashes.ts';
export { messageId, type MessageIdentity } from './message-id.ts';
export {
  type Cap,
  earliestSend,
  longestWindow,
  type PacingPolicy,
  type Transmission,
  transmissionGuard,
} from './pacing.ts';
export {
  effectivePacing,
  formatCap,
  formatGap,
  PacingError,
  type PacingOverride,
  parseCap,
  parseGap,
  parsePacing,
  type StoredPacing,
  storePacing,
} from './pacing-config.ts';
export { phoneHash } from './phone-hash.ts';
export {
  chooseSuccessors,
  claimRoom,
  claimTarget,
  type DeviceLoad,
  type FleetLoad,
  leastLoaded,
  mayShed,
  type OwnLoad,
  type PeerLoad,
} from './placement.ts';
export { type Plan, planFirst, planNext } from './plan.ts';
export {
  type ConnectStreak,
  type Disconnect,
  type DisconnectVerdict,
  freshStreak,
  judgeDisconnect,
} from './judge-disconnect.ts';
export type { NotSentReason, SendResult, UnconfirmedReason } from './send-result.ts';
export type { Reenroll, SequenceDefinition, Step, StepMedia } from './sequence-definition.ts';
export {
  addMs,
  type DurationMs,
  durationMs,
  type EpochMs,
  epochMs,
  formatDuration,
  parseDuration,
} from './time.ts';
export { phoneOfJid, userJid } from './jid.ts';
export { isUnreadableReason, unreadableReason } from './unreadable-credentials.ts';
export { contactVariables } from './contact-variables.ts';
export type { OptOutPhrases } from './opt-out-words.ts';
export { lintTemplate, type TemplateLint, type TemplateProblem } from './lint-template.ts';
export { maskPhone } from './mask-phone.ts';
export { readSequence, type SequenceReading } from './read-sequence.ts';
export { renderStep } from './render-step.ts';
export { decideReenroll, type LastRun, type ReenrollDecision } from './reenroll.ts';
export type { Reason, Rule } from './explain-rule.ts';
export { type Explanation, explainRun } from './explain-run.ts';
export type { DeliveryFacts, DeviceFacts, RunFacts } from './run-facts.ts';
export type { SequenceProblem } from './sequence-problem.ts';
export { DefinitionError, parseDefinition, serializeDefinition } from './stored-definition.ts';
export { type Rendering, renderTemplate } from './template.ts';
export { type Role, roles } from './role.ts';
export { closestNames } from './closest-names.ts';
