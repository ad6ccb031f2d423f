import type { DeviceId } from '@dripfleet/domain';
import {
  deleteCredentials,
  insertCredentials,
  insertDeviceKey,
  type Queryable,
} from '@dripfleet/store';
import { makeDataKey, wrapDataKey } from './data-key.ts';
import { deviceCipher } from './device-cipher.ts';
import type { Keyring } from './keyring.ts';

export type CredentialValue = Readonly<{ kind: string; id: string; value: string }>;

/** Rows in one statement. */
const chunk = 500;

/**
 * Puts these credentials in the place of all that a device had, under a new key. Runs in a transaction that holds the
 * device's row. Throws `KeyFileError`.
 */
export async function replaceCredentials(
  tx: Queryable,
  keyring: Keyring,
  { device, values }: { device: DeviceId; values: readonly CredentialValue[] },
): Promise<void> {
  const by = await keyring.refreshFirst();
  const dataKey = makeDataKey();
  const cipher = deviceCipher(device, dataKey);
  await deleteCredentials(tx, device);
  const wrapped = wrapDataKey(by, device, dataKey);
  await insertDeviceKey(tx, device, { wrappedBy: by.name, wrapped });
  for (let at = 0; at < values.length; at += chunk) {
    const rows = values.slice(at, at + chunk).map(({ kind, id, value }) => {
      const keyId = cipher.keyId(kind, id);
      return { kind, keyId, ciphertext: cipher.seal(kind, keyId, value) };
    });
    await insertCredentials(tx, device, rows);
  }
}
