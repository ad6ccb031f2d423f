// Mirrors packages/store/sql/set-session-state.sql.
import { parameters } from '../parameters.ts';
import type { SessionState } from '../rows.ts';
import { restrictionLasts, usableStates } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const setSessionState: Statement = (tx, values) => {
  const $ = parameters(values);
  const device = tx.get('devices', $.number(1));
  if (device?.owner_worker_id !== $.text(2) || device.owner_epoch !== $.number(3)) return [];
  tx.lock('devices', device, 'no key update');

  const isRestricted =
    (device.session_state === 'restricted' || device.restriction !== null) &&
    restrictionLasts(device, tx.now);
  const told =
    isRestricted && usableStates.has($.text(4))
      ? { state: 'restricted' as const, reason: 'WhatsApp restricted the account' }
      : { state: $.text(4) as SessionState, reason: $.textOrNull(5) };
  const staysRestricted = told.state === 'restricted' && device.session_state === 'restricted';

  const isNews =
    device.session_state !== told.state ||
    (told.state !== 'restricted' && device.state_reason !== told.reason);
  if (!isNews) return [];
  tx.update('devices', device, {
    session_state: told.state,
    state_reason: staysRestricted ? device.state_reason : told.reason,
    state_since: device.session_state === told.state ? device.state_since : tx.now,
    restriction: isRestricted ? device.restriction : null,
    restricted_until: isRestricted ? device.restricted_until : null,
  });
  return [];
};
