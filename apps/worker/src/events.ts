import type { Conclusion, DeviceId, SequenceContactId, StepKey, WorkerId } from '@dripfleet/domain';

/** Everything a worker reports. main.ts turns it into logs and metrics; tests await it instead of sleeping. */
export type WorkerEvent =
  | Readonly<{
      kind: 'claim.made';
      deviceId: DeviceId;
      epoch: number;
      takenFrom: string | undefined;
    }>
  | Readonly<{ kind: 'claim.lost'; deviceId: DeviceId }>
  | Readonly<{
      kind: 'claim.released';
      deviceId: DeviceId;
      reason: ReleaseReason;
      /** The worker that is to have the device next. */
      successor: WorkerId | undefined;
    }>
  | Readonly<{ kind: 'worker.fenced'; reason: string }>
  | Readonly<{ kind: 'session.opened'; deviceId: DeviceId }>
  | Readonly<{ kind: 'session.ended'; deviceId: DeviceId; reason: string }>
  /** No connect until an operator acts, or the restriction ends. */
  | Readonly<{ kind: 'session.stopped'; deviceId: DeviceId; state: string }>
  | Readonly<{ kind: 'device.paired'; deviceId: DeviceId }>
  | Readonly<{ kind: 'job.skipped'; deviceId: DeviceId; reason: string }>
  | Readonly<{
      kind: 'delivery.begun';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      stepKey: StepKey;
      attempt: number;
    }>
  | Readonly<{
      kind: 'delivery.concluded';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      stepKey: StepKey;
      conclusion: Conclusion['kind'];
      errorClass: string | undefined;
      /** From begin to finish, ms; pacing excluded. */
      processMs: number;
      /** From the write to the answer, ms. */
      ackMs: number;
      /** From due to the answer by this machine's clock, ms, pacing included; undefined for a re-send. */
      dueMs: number | undefined;
    }>
  | Readonly<{
      kind: 'delivery.settled';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      by: 'receipt' | 'operator_policy';
    }>
  | Readonly<{
      kind: 'delivery.refused';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      stepKey: StepKey;
      reason: string;
    }>
  | Readonly<{ kind: 'contact.replied'; deviceId: DeviceId; runsExited: number }>
  /** `isNew`: the number was not suppressed before. */
  | Readonly<{
      kind: 'contact.opted_out';
      deviceId: DeviceId;
      isNew: boolean;
      runsExited: number;
    }>
  /** What became of the confirmation of an opt-out. */
  | Readonly<{
      kind: 'confirmation.concluded';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      state: 'sent' | 'ready' | 'failed' | 'uncertain' | 'cancelled';
    }>
  | Readonly<{ kind: 'device.drained'; deviceId: DeviceId; rows: number }>
  | Readonly<{ kind: 'device.restarted'; deviceId: DeviceId; reason: string }>
  /** It got stuck again and again: an operator must look. */
  | Readonly<{ kind: 'device.quarantined'; deviceId: DeviceId; reason: string }>
  /** Processes died with this row in hand: it is taken in hand alone, or no more. */
  | Readonly<{
      kind: 'delivery.isolated';
      deviceId: DeviceId;
      sequenceContactId: SequenceContactId;
      verdict: 'suspect' | 'poison';
    }>
  /** Something failed and is tried again; the engine goes on. */
  | Readonly<{ kind: 'problem'; where: string; deviceId: DeviceId | undefined; error: unknown }>;

export type ReleaseReason =
  | 'idle'
  | 'drained'
  | 'yielded'
  | 'unusable'
  | 'stopping'
  | 'shed'
  | 'cut_off'
  /** The other engine serves it from now on. */
  | 'rollout';

export type Observe = (event: WorkerEvent) => void;
