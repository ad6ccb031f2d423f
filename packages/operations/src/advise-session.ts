import { assertNever, isUnreadableReason } from '@dripfleet/domain';
import type { DeviceSession } from '@dripfleet/store';

/** What an operator should do about a device's session; undefined: nothing. */
export function adviseSession(
  name: string,
  session: Pick<DeviceSession, 'state' | 'reason' | 'restriction' | 'restrictedUntil'>,
): string | undefined {
  const why = session.reason === undefined ? '' : ` (${session.reason})`;
  if (isUnreadableReason(session.reason)) return adviseUnreadable(name, session);
  switch (session.state) {
    case 'restricted':
      return adviseRestricted(name, session, why);
    case 'unpaired':
      return `It is not linked to a phone${why}: dripfleet pair ${name}`;
    case 'pairing':
      return `It waits for its phone; to see what to scan or type: dripfleet pair ${name}`;
    case 'logged_out':
      return `It was unlinked${why}; link it again: dripfleet pair ${name}`;
    case 'banned':
      return `WhatsApp banned the account${why}; move its contacts to another device. If the ban was lifted: dripfleet resume ${name}`;
    case 'conflict':
      return `The same session is in use somewhere else${why}; end that one, then: dripfleet resume ${name}`;
    case 'quarantined':
      return `Its worker got stuck with it again and again${why}; see the worker's log for why, then: dripfleet resume ${name}`;
    case 'unreachable':
      return `It can't reach WhatsApp (${session.reason ?? 'no reason given'}); its worker keeps trying. If that lasts: dripfleet doctor`;
    case 'closed':
    case 'connecting':
    case 'open':
      return undefined;
    default:
      return assertNever(session.state);
  }
}

/** Pairing comes last: it destroys an identity that may only lack its key. */
function adviseUnreadable(
  name: string,
  { state, reason = '' }: Pick<DeviceSession, 'state' | 'reason'>,
): string | undefined {
  const why = reason.replace(/^its/, 'Its');
  if (state === 'unreachable')
    return `${why}. Mend the key file (dripfleet doctor); its worker keeps trying and goes on by itself.`;
  if (state !== 'unpaired') return undefined;
  return `${why}. Mend the key file (dripfleet doctor) or restore its rows from a backup, then: dripfleet resume ${name}. Only when neither can be had: dripfleet pair ${name}, which forgets the stored session.`;
}

function adviseRestricted(
  name: string,
  { restriction, restrictedUntil }: Pick<DeviceSession, 'restriction' | 'restrictedUntil'>,
  why: string,
): string {
  const until = restrictedUntil === undefined ? '' : new Date(restrictedUntil).toISOString();
  if (restriction === 'new_contacts')
    return until
      ? `WhatsApp keeps the account from writing to new contacts until ${until}; those it knows go on, the others follow by themselves.`
      : `WhatsApp keeps the account from writing to new contacts${why}; those it knows go on. Once its phone shows no restriction: dripfleet resume ${name}`;
  return until
    ? `WhatsApp restricted the account until ${until}; it sends again by itself when that is over.`
    : `WhatsApp refused the account${why || ' (no reason given)'}; look after it, then: dripfleet resume ${name}`;
}
