// Mirrors packages/store/sql/restrict-device.sql.
import { parameters } from '../parameters.ts';
import type { DeviceRow } from '../rows.ts';
import { finalStates, greatest, least, restrictionLasts } from '../rules.ts';
import type { Statement } from '../statement-context.ts';

export const restrictDevice: Statement = (tx, values) => {
  const $ = parameters(values);
  const device = tx.get('devices', $.number(1));
  if (!device) return [];
  tx.lock('devices', device, 'no key update');

  const restriction = $.text(3) as NonNullable<DeviceRow['restriction']>;
  const forMs = $.numberOrNull(4);
  const until = forMs === null ? null : tx.now + forMs;
  const isRestricted = device.session_state === 'restricted' || device.restriction !== null;
  const lasting =
    isRestricted && restrictionLasts(device, tx.now) ? (device.restriction ?? 'everybody') : null;
  if (lasting !== null && lasting !== restriction && restriction !== 'everybody') return [];

  const untilAfter = () => {
    if (lasting !== restriction) return until;
    if (restriction === 'new_contacts') return least(device.restricted_until, until);
    const areTimed = device.restricted_until !== null && until !== null;
    return areTimed ? greatest(device.restricted_until, until) : null;
  };
  const isFinal = finalStates.has(device.session_state);
  tx.update('devices', device, {
    session_state: isFinal ? device.session_state : 'restricted',
    state_reason: isFinal ? device.state_reason : $.textOrNull(2),
    state_since: isFinal || device.session_state === 'restricted' ? device.state_since : tx.now,
    restriction,
    restricted_until: untilAfter(),
  });
  return [];
};
