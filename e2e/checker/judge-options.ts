import type { Action } from './action.ts';

export interface JudgeOptions {
  /** The run goes on: steps not sent yet are no violation. */
  readonly partial?: boolean;
  /** When given, a repeat of the same id on any other device is a violation. */
  readonly repeatsAllowedFor?: ReadonlySet<string>;
  /** All that was done to the run; when given, a repeat of the same id that no fault explains is a violation. */
  readonly actions?: readonly Action[];
  /** How long after a STOP a message may still be on its way; 1 s unless told. */
  readonly optOutGraceMs?: number;
  /** The same after an operator's pause or suppression, on a device without a fault; 5 s unless told. */
  readonly pauseGraceMs?: number;
  /** How long after its end a fault may still show in a repeat or a conflict; 60 s unless told. */
  readonly faultGraceMs?: number;
  /** Whether the network brings a STOP again that a client did not confirm, as WhatsApp does; no unless told. */
  readonly stopsAreKept?: boolean;
  /** Goals whose times are those of this machine and these settings: judged only when asked for. */
  readonly goals?: ReadonlySet<TimedGoal>;
  /** Texts outside the plan that may be sent, such as the confirmation of an opt-out. */
  readonly allowedTexts?: ReadonlySet<string>;
}

export const timedGoals = ['r5', 'r6'] as const;
export type TimedGoal = (typeof timedGoals)[number];
