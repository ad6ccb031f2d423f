import type { DeviceId } from '@dripfleet/domain';
import { findDeviceKey, type Queryable } from '@dripfleet/store';
import { unwrapDataKey } from './data-key.ts';
import { type DeviceCipher, deviceCipher } from './device-cipher.ts';
import type { Keyring } from './keyring.ts';
import type { CredentialReading } from './session-credentials.ts';

/** A key that can be used, and the form in which it is stored. */
export type UsableKey = Readonly<{ kind: 'loaded'; wrapped: Buffer; cipher: DeviceCipher }>;

export type LoadedKey =
  | UsableKey
  /** Nothing is stored of this device. */
  | Readonly<{ kind: 'absent' }>
  | Extract<CredentialReading, { kind: 'unreadable' }>;

/** Reads and unwraps the key of a device's credentials. */
export async function loadDeviceKey(
  db: Queryable,
  keyring: Keyring,
  device: DeviceId,
): Promise<LoadedKey> {
  const { key, hasCredentials } = await findDeviceKey(db, device);
  if (!key)
    return hasCredentials
      ? {
          kind: 'unreadable',
          cause: 'damaged',
          reason: 'the key of the stored credentials is gone',
        }
      : { kind: 'absent' };
  const found = await keyring.look(key.wrappedBy);
  if (found.kind === 'missing')
    return { kind: 'unreadable', cause: 'key_missing', reason: found.reason };
  const dataKey = unwrapDataKey(found.key, device, key.wrapped);
  if (!dataKey)
    return {
      kind: 'unreadable',
      cause: 'damaged',
      reason: `the key "${key.wrappedBy}" of the key file is not the one that was used, or the stored key was changed`,
    };
  return { kind: 'loaded', wrapped: key.wrapped, cipher: deviceCipher(device, dataKey) };
}
