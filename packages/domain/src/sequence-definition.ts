import type { StepKey } from './ids.ts';
import type { DurationMs } from './time.ts';

/** One message of a sequence and how long after the previous one it is due. */
export type Step = Readonly<{
  key: StepKey;
  /** Elapsed time since the previous step was sent; for the first step, since the enrolment. */
  delay: DurationMs;
  /** Liquid. */
  text: string;
}>;

/** A published edition of a sequence: immutable, stored as JSON in `sequence_versions.definition`. */
export type SequenceDefinition = Readonly<{
  /** What to do when it stays unknown whether a message left. */
  onUncertain: 'resend' | 'hold';
  /** What a step that cannot be delivered means for the steps after it. */
  onFailedStep: 'skip' | 'exit';
  /** Whether a contact whose run has ended may be enrolled again, and how long after. */
  reenroll: Reenroll;
  steps: readonly Step[];
}>;

export type Reenroll =
  | Readonly<{ kind: 'never' }>
  | Readonly<{ kind: 'after_exit' }>
  | Readonly<{ kind: 'after'; duration: DurationMs }>;
