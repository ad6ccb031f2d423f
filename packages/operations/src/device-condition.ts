import { assertNever } from '@dripfleet/domain';
import type { DeviceLine, DeviceSessionState } from '@dripfleet/store';

/**
 * What an operator sees of a device at a glance.
 *
 * - `open` its session is open
 * - `quiet` it has nothing to do, and needs no session
 * - `waiting` it has something to do, and no worker has it
 * - `connecting` a worker has it and is not connected: not yet, or the network can't be reached
 * - `paused`, `draining`, `drained` as an operator wanted it
 * - `restricted` the network limits its account for a time
 * - `stopped` it waits for somebody: not linked, logged out, banned, in use elsewhere, in quarantine
 */
export type DeviceCondition =
  | 'open'
  | 'quiet'
  | 'waiting'
  | 'connecting'
  | 'paused'
  | 'draining'
  | 'drained'
  | 'restricted'
  | 'stopped';

/** What comes first is what somebody must know first. */
export function deviceCondition(
  { state, session, owner, queued, sending }: DeviceLine,
  due: number,
): DeviceCondition {
  if (state === 'drained' || state === 'draining') return state;
  const trouble = troubleOf(session.state);
  if (trouble !== undefined) return trouble;
  if (state === 'paused') return 'paused';
  if (owner?.live) return session.state === 'open' ? 'open' : 'connecting';
  return queued + sending + due > 0 ? 'waiting' : 'quiet';
}

function troubleOf(session: DeviceSessionState): 'restricted' | 'stopped' | undefined {
  switch (session) {
    case 'restricted':
      return 'restricted';
    case 'unpaired':
    case 'logged_out':
    case 'banned':
    case 'conflict':
    case 'quarantined':
      return 'stopped';
    case 'closed':
    case 'pairing':
    case 'connecting':
    case 'open':
    case 'unreachable':
      return undefined;
    default:
      return assertNever(session);
  }
}

/** Why it is in that condition, as far as anybody said. */
export function conditionReason(
  { reason, session }: DeviceLine,
  condition: DeviceCondition,
): string | undefined {
  switch (condition) {
    case 'paused':
    case 'draining':
    case 'drained':
      return reason;
    case 'stopped':
      return session.reason ?? session.state.replaceAll('_', ' ');
    case 'restricted':
      return session.reason ?? restrictionText(session);
    case 'connecting':
      return session.state === 'connecting' ? session.reason : (session.reason ?? session.state);
    case 'open':
    case 'quiet':
    case 'waiting':
      return undefined;
    default:
      return assertNever(condition);
  }
}

function restrictionText({ restriction, restrictedUntil }: DeviceLine['session']): string {
  const what = restriction === 'new_contacts' ? 'no new contacts' : 'no messages';
  if (restrictedUntil === undefined) return `${what} until it is resumed`;
  return `${what} until ${new Date(restrictedUntil).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
