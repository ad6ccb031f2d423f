import { findDeviceDetails, findDeviceKey, type Queryable } from '@dripfleet/store';
import { defaultSteal } from './default-steal.ts';

/**
 * Whether something is stored of a device's session that may still work, now or once it can be read again, and which
 * pairing it would forget. False for unknown names.
 */
export async function hasSession(db: Queryable, name: string): Promise<boolean> {
  const details = await findDeviceDetails(db, name, defaultSteal);
  if (!details || ended.has(details.session.state)) return false;
  return (await findDeviceKey(db, details.deviceId)).hasCredentials;
}

/** What is stored is of no use any more. An unpaired device may only lack the key to what it has. */
const ended = new Set(['logged_out', 'banned']);
