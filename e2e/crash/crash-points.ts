/** Where a process can kill itself, in the order in which a message, a claim and a hand-off pass them. */
export const crashPoints = [
  // The scheduler's route.
  'after_select',
  'half_enqueued',
  'in_reconcile',
  // A message's route.
  'in_load',
  'in_render',
  'before_begin',
  'after_begin',
  'before_write',
  'after_write',
  'after_ack',
  'before_finish',
  'after_finish',
  'after_complete',
  // What a contact writes.
  'in_inbound',
  // Recovery.
  'in_recovery_before_begin',
  'in_recovery_after_begin',
  'in_recovery_after_write',
  'in_recovery_before_finish',
  'in_recovery_clear',
  // A claim.
  'in_claim_after_lock',
  'in_claim_after_claim',
  'in_claim_after_connect',
  'in_claim_before_caught_up',
  // A hand-off.
  'in_handoff_before_close',
  'in_handoff_after_close',
  'in_handoff_after_release',
  'while_shedding',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** Undefined for a word that names no point. */
export function parseCrashPoint(word: string): CrashPoint | undefined {
  return crashPoints.find((point) => point === word);
}
