import { countDeviceKeys, type Queryable } from '@dripfleet/store';
import { unwrapDataKey } from './data-key.ts';
import type { Keyring } from './keyring.ts';

/** How the keys of the fleet's credentials stand to the key file. */
export type DeviceKeyReport = Readonly<{
  /** Devices whose key the first key wraps. */
  current: number;
  /** Devices whose key one of the other keys wraps: a rotation is not finished. */
  older: number;
  /** By a key that the file lacks, or has under this name with other bytes. */
  unreadable: readonly Readonly<{
    wrappedBy: string;
    devices: number;
    why: 'missing' | 'another_key';
  }>[];
  /** Devices that have credentials and no key for them; the first few by name. */
  keyless: Readonly<{ devices: number; names: readonly string[] }>;
}>;

/** Tries each wrapping key that is in use on one device. */
export async function checkDeviceKeys(db: Queryable, keyring: Keyring): Promise<DeviceKeyReport> {
  const { keys, keyless } = await countDeviceKeys(db, 5);
  const unreadable: DeviceKeyReport['unreadable'][number][] = [];
  let current = 0;
  let older = 0;
  for (const { wrappedBy, devices, sample } of keys) {
    const by = await keyring.find(wrappedBy);
    const opens = by && unwrapDataKey(by, sample.deviceId, sample.wrapped) !== undefined;
    if (!by) unreadable.push({ wrappedBy, devices, why: 'missing' });
    else if (!opens) unreadable.push({ wrappedBy, devices, why: 'another_key' });
    else if (wrappedBy === keyring.first.name) current += devices;
    else older += devices;
  }
  return { current, older, unreadable, keyless };
}
