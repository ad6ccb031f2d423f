export interface JudgeOptions {
  /** The run goes on: steps not sent yet are no violation. */
  readonly partial?: boolean;
  /** When given, a repeat of the same id on any other device is a violation. */
  readonly repeatsAllowedFor?: ReadonlySet<string>;
  /** How long after a STOP a message may still be on its way; 1 s unless told. */
  readonly optOutGraceMs?: number;
  /** Texts outside the plan that may be sent, such as the confirmation of an opt-out. */
  readonly allowedTexts?: ReadonlySet<string>;
}
