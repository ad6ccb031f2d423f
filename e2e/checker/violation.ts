/** The rules a run is held to, in the order a verdict lists them. */
export const violationKinds = [
  'second_id',
  'id_reused',
  'order_broken',
  'step_missing',
  'step_invented',
  'cap_passed',
  'sender_changed',
  'two_connections',
  'frame_of_non_owner',
  'conflict',
  'sent_after_opt_out',
  'sent_while_paused',
  'false_confirmation',
  'unexplained_repeat',
] as const;
export type ViolationKind = (typeof violationKinds)[number];

/**
 * One breach. `n` are the ledger lines that prove it, `detail` says it in a sentence.
 *
 * `step` counts from 1. A missing step is proven by what is not there; its `n` are the lines of the contact's others.
 */
export interface Violation {
  readonly kind: ViolationKind;
  readonly n: readonly number[];
  readonly device?: string;
  readonly to?: string;
  readonly step?: number;
  readonly detail: string;
}

export type Report = (violation: Violation) => void;
