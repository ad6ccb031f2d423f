import type { StepKey } from './ids.ts';
import type { DurationMs } from './time.ts';

/** One message of a sequence and how long after the previous one it is due. */
export type Step = Readonly<{
  key: StepKey;
  /** Elapsed time since the previous step was sent; for the first step, since the enrolment. */
  delay: DurationMs;
  /** Liquid; empty with an audio, for WhatsApp shows no caption under one. */
  text: string;
  media?: StepMedia | undefined;
}>;

export const mediaKinds = ['image', 'video', 'document', 'audio'] as const;

/** A file that goes with a step; its text is the caption. */
export type StepMedia = Readonly<{
  kind: (typeof mediaKinds)[number];
  /** `https://`, at most 2,000 characters; fetched when the step is sent. */
  url: string;
  /** What a document is called on the phone. */
  fileName?: string | undefined;
}>;

/** A published edition of a sequence: immutable, stored as JSON in `sequence_versions.definition`. */
export type SequenceDefinition = Readonly<{
  /** What to do when it stays unknown whether a message left. */
  onUncertain: 'resend' | 'hold';
  /** What a step that cannot be delivered means for the steps after it. */
  onFailedStep: 'skip' | 'exit';
  /** What a message of the contact means for its run. */
  onReply: 'exit' | 'continue';
  /** Whether a contact whose run has ended may be enrolled again, and how long after. */
  reenroll: Reenroll;
  steps: readonly Step[];
}>;

export type Reenroll =
  | Readonly<{ kind: 'never' }>
  | Readonly<{ kind: 'after_exit' }>
  | Readonly<{ kind: 'after'; duration: DurationMs }>;
