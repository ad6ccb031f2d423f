import type { FailureClass } from './conclude-attempt.ts';
import type { Engine } from './rollout.ts';
import type { DurationMs, EpochMs } from './time.ts';

/** What `explainRun` judges by: one run, as it was at `now`. All instants are of Postgres' clock. */
export type RunFacts = Readonly<{
  now: EpochMs;
  contact: Readonly<{ suppressed: boolean; consented: boolean }>;
  run: Readonly<{
    status: 'active' | 'paused' | 'completed' | 'exited' | 'failed';
    dispatchState: 'idle' | 'queued' | 'sending' | 'held';
    dueAt: EpochMs;
    /** Processes that died with it in hand. */
    crashCount: number;
  }>;
  /** Of the step that the run stands at, or of its last one; undefined: never begun. */
  delivery: DeliveryFacts | undefined;
  sequence: 'draft' | 'active' | 'paused' | 'archived';
  device: DeviceFacts;
  /** Whether the device reached the contact before, or heard from it. */
  isKnown: boolean;
  /** Rows of the device that go before this one. */
  ahead: number;
  /** Until the device's pace allows the next message; `unreadable`: what is stored breaks the rules, and it may not send. */
  pace: DurationMs | 'unreadable';
  /** Those of the device's engine. */
  workers: Readonly<{
    /** Processes that live and are not draining. */
    live: number;
    /** Devices that they could still take. */
    places: number;
  }>;
}>;

export type DeliveryFacts = Readonly<{
  state: 'ready' | 'sending' | 'sent' | 'failed' | 'uncertain' | 'cancelled';
  attempts: number;
  error: Readonly<{ class: FailureClass; code: string }> | undefined;
  lastAttemptAt: EpochMs;
  /** When the last attempt was concluded; undefined: it has not been. */
  concludedAt: EpochMs | undefined;
}>;

export type DeviceFacts = Readonly<{
  hasPhone: boolean;
  desiredState: 'running' | 'paused' | 'draining' | 'drained';
  pausedUntil: EpochMs | undefined;
  session:
    | 'closed'
    | 'connecting'
    | 'open'
    | 'unreachable'
    | 'restricted'
    | 'unpaired'
    | 'pairing'
    | 'logged_out'
    | 'banned'
    | 'conflict'
    | 'quarantined';
  restriction: 'everybody' | 'new_contacts' | undefined;
  restrictedUntil: EpochMs | undefined;
  engine: Engine;
  /**
   * `silent`: its worker has not been heard from for so long that others may take the device. `other_engine`: it lives, but a
   * rollout gave the device to the other engine.
   */
  owner: 'none' | 'live' | 'silent' | 'other_engine';
  /** Until when it is kept for the worker that is to have it next. */
  reservedUntil: EpochMs | undefined;
}>;
