import {
  type DeliveryFacts,
  type DeviceFacts,
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type EpochMs,
  epochMs,
  type FailureClass,
  type RunFacts,
  type SequenceContactId,
  type StepKey,
} from '@dripfleet/domain';

/** A run, its device and what became of its step, as find-explanation.sql reads them. */
export type ExplainedRun = Readonly<{
  /** All that `explainRun` asks but the device's pace, which needs its policy. */
  facts: Omit<RunFacts, 'pace'>;
  sequenceContactId: SequenceContactId;
  runNo: number;
  version: number;
  exitReason: string | undefined;
  /** Where it stands; undefined: it has ended. */
  nextStepKey: StepKey | undefined;
  /** The step of `facts.delivery`. */
  deliveredStepKey: StepKey | undefined;
  queuedAt: EpochMs | undefined;
  enrolledAt: EpochMs;
  finishedAt: EpochMs | undefined;
  device: Readonly<{
    deviceId: DeviceId;
    name: string;
    pacing: unknown;
    reason: string | undefined;
    sessionReason: string | undefined;
    /** What `device_may_send` says. */
    maySend: boolean;
    ownerHost: string | undefined;
    heartbeatAge: DurationMs | undefined;
  }>;
}>;

/** Without a run, its columns and those after them are null, whatever is said here. */
export type ExplanationRow = {
  now_ms: number;
  contact_id: number | null;
  consented: boolean;
  suppressed: boolean;
  sequence_status: RunFacts['sequence'];
  id: number | null;
  run_no: number;
  version: number;
  status: RunFacts['run']['status'];
  exit_reason: string | null;
  dispatch_state: RunFacts['run']['dispatchState'];
  next_step_key: StepKey | null;
  crash_count: number;
  next_trigger_time: Date;
  worker_assigned_at: Date | null;
  enrolled_at: Date;
  finished_at: Date | null;
  device_id: number;
  device_name: string;
  has_phone: boolean;
  engine: DeviceFacts['engine'];
  pacing: unknown;
  desired_state: DeviceFacts['desiredState'];
  desired_reason: string | null;
  paused_until: Date | null;
  session_state: DeviceFacts['session'];
  state_reason: string | null;
  restriction: 'everybody' | 'new_contacts' | null;
  restricted_until: Date | null;
  reserved_until: Date | null;
  may_send: boolean;
  owner: DeviceFacts['owner'];
  owner_host: string | null;
  heartbeat_age_ms: number | null;
  step_key: StepKey | null;
  delivery_state: DeliveryFacts['state'];
  attempts: number;
  error_class: FailureClass | null;
  error_code: string | null;
  last_attempt_at: Date;
  concluded_at: Date | null;
  is_known: boolean;
  ahead: number;
  live: number;
  places: number;
};

/** Of a row that has a run. */
export function explainedRun(row: ExplanationRow, id: SequenceContactId): ExplainedRun {
  return {
    facts: runFacts(row),
    sequenceContactId: id,
    runNo: row.run_no,
    version: row.version,
    exitReason: row.exit_reason ?? undefined,
    nextStepKey: row.next_step_key ?? undefined,
    deliveredStepKey: row.step_key ?? undefined,
    queuedAt: instant(row.worker_assigned_at),
    enrolledAt: epochMs(row.enrolled_at.getTime()),
    finishedAt: instant(row.finished_at),
    device: {
      deviceId: deviceId(row.device_id),
      name: row.device_name,
      pacing: row.pacing,
      reason: row.desired_reason ?? undefined,
      sessionReason: row.state_reason ?? undefined,
      maySend: row.may_send,
      ownerHost: row.owner_host ?? undefined,
      heartbeatAge: row.heartbeat_age_ms === null ? undefined : durationMs(row.heartbeat_age_ms),
    },
  };
}

function runFacts(row: ExplanationRow): Omit<RunFacts, 'pace'> {
  return {
    now: epochMs(row.now_ms),
    contact: { suppressed: row.suppressed, consented: row.consented },
    run: {
      status: row.status,
      dispatchState: row.dispatch_state,
      dueAt: epochMs(row.next_trigger_time.getTime()),
      crashCount: row.crash_count,
    },
    delivery: row.step_key === null ? undefined : deliveryFacts(row),
    sequence: row.sequence_status,
    device: deviceFacts(row),
    isKnown: row.is_known,
    ahead: row.ahead,
    workers: { live: row.live, places: row.places },
  };
}

function deliveryFacts(row: ExplanationRow): DeliveryFacts {
  return {
    state: row.delivery_state,
    attempts: row.attempts,
    error:
      row.error_class === null
        ? undefined
        : { class: row.error_class, code: row.error_code ?? 'unknown' },
    lastAttemptAt: epochMs(row.last_attempt_at.getTime()),
    concludedAt: instant(row.concluded_at),
  };
}

function deviceFacts(row: ExplanationRow): DeviceFacts {
  return {
    hasPhone: row.has_phone,
    desiredState: row.desired_state,
    pausedUntil: instant(row.paused_until),
    session: row.session_state,
    restriction: row.restriction ?? undefined,
    restrictedUntil: instant(row.restricted_until),
    engine: row.engine,
    owner: row.owner,
    reservedUntil: instant(row.reserved_until),
  };
}

function instant(value: Date | null): EpochMs | undefined {
  return value ? epochMs(value.getTime()) : undefined;
}
