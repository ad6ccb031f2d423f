const ofWorkers = [
  'worker_killed',
  'worker_stopped',
  'worker_stalled',
  'worker_terminated',
  'worker_clock',
];
const families = ['scheduler_', 'redis_', 'postgres_', 'network_', 'rule_', 'operator_'];

/** As an error message says it. */
export const faultKindsText = `one of ${ofWorkers.join(', ')}, or begin with ${families.join(', ')}`;

export function isFaultKind(kind: string): boolean {
  return ofWorkers.includes(kind) || families.some((family) => kind.startsWith(family));
}

/** An operator at work is no fault, although it is written down as one. */
export function isInjected(kind: string): boolean {
  return !kind.startsWith('operator_');
}

/**
 * Whether it can strike between a decision to send and the stored answer: stop the process, its connection to WhatsApp,
 * WhatsApp itself, or the place where the answer is stored.
 *
 * Nothing between those two asks Redis or a scheduler; a repeat or a late frame that only they could explain is a bug.
 */
export function strikesSends(kind: string): boolean {
  return ['worker_', 'postgres_', 'network_', 'rule_'].some((family) => kind.startsWith(family));
}

/**
 * Whether a device's old connection can outlive its owner's right to it: who is stopped or cut off from the network cannot
 * close it, a killed process leaves that to its host, and who waits for a silent Postgres does not know yet.
 */
export function keepsConnections(kind: string): boolean {
  if (kind.startsWith('worker_')) return kind !== 'worker_terminated';
  return (
    kind.startsWith('network_') || ['postgres_black_hole', 'postgres_half_open'].includes(kind)
  );
}
