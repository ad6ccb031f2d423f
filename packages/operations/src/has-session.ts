import { findDeviceDetails, findDeviceKey, type Queryable } from '@dripfleet/store';
import { defaultSteal } from './default-steal.ts';

/** Whether a device has a session that may still work, which pairing it would forget. False for unknown names. */
export async function hasSession(db: Queryable, name: string): Promise<boolean> {
  const details = await findDeviceDetails(db, name, defaultSteal);
  if (!details || ended.has(details.session.state)) return false;
  return (await findDeviceKey(db, details.deviceId)).hasCredentials;
}

/** What is stored is of no use any more, or not yet. */
const ended = new Set(['unpaired', 'pairing', 'logged_out', 'banned']);
