import type { DeviceRow } from './rows.ts';
import type { StatementContext } from './statement-context.ts';

/** device_may_send(). */
export function deviceMaySend(device: DeviceRow, now: number): boolean {
  const hasPassed = (at: number | null) => at !== null && at <= now;
  return (
    device.phone !== null &&
    (device.desired_state === 'running' ||
      (device.desired_state === 'paused' && hasPassed(device.paused_until))) &&
    (usableStates.has(device.session_state) ||
      (device.session_state === 'restricted' &&
        (device.restriction === 'new_contacts' || hasPassed(device.restricted_until))))
  );
}

/** The states of a session that nothing keeps from sending. */
export const usableStates: ReadonlySet<string> = new Set([
  'closed',
  'connecting',
  'open',
  'unreachable',
]);

/** The states of a session that an operator must end. */
export const finalStates: ReadonlySet<string> = new Set([
  'unpaired',
  'logged_out',
  'banned',
  'conflict',
  'quarantined',
]);

/** Whether a restriction of the device lasts: `coalesce(restricted_until > now(), true)`. */
export const restrictionLasts = (device: DeviceRow, now: number): boolean =>
  device.restricted_until === null || device.restricted_until > now;

/** device_pairing(). */
export function deviceIsPairing(tx: StatementContext, device: number): boolean {
  const pairing = tx.get('pairings', device);
  return (
    pairing !== undefined &&
    (pairing.state === 'requested' || pairing.state === 'waiting') &&
    pairing.expires_at > tx.now
  );
}

/** device_work(), epoch ms; null: nothing to do. `horizon` in ms. */
export function deviceWorkSince(
  tx: StatementContext,
  device: number,
  horizon: number,
): number | null {
  let since: number | null = null;
  for (const run of tx.where('sequence_contacts', 'device_id', device)) {
    const isDue =
      run.status === 'active' &&
      run.dispatch_state === 'idle' &&
      run.next_trigger_time <= tx.now + horizon;
    if (isDue || isInHand(run)) since = least(since, run.next_trigger_time);
  }
  for (const delivery of tx.where('deliveries', 'device_id', device)) {
    const isOpen =
      delivery.state === 'sending' ||
      (delivery.state === 'ready' && delivery.step_key === 'opt-out');
    if (isOpen) since = least(since, delivery.intent_at);
  }
  return since;
}

/** Queued or sending. */
export const isInHand = ({ dispatch_state: state }: { dispatch_state: string }): boolean =>
  state === 'queued' || state === 'sending';

/** SQL's least(): nulls don't count. */
export const least = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** SQL's greatest(): nulls don't count. */
export const greatest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
