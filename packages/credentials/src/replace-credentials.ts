import type { DeviceId } from '@dripfleet/domain';
import {
  type Database,
  deleteCredentials,
  type DeviceClaim,
  insertCredentials,
  insertDeviceKey,
  lockCredentials,
  type Queryable,
} from '@dripfleet/store';
import { makeDataKey, wrapDataKey } from './data-key.ts';
import { deviceCipher } from './device-cipher.ts';
import type { Keyring } from './keyring.ts';
import type { CredentialChange } from './session-credentials.ts';

export type CredentialValue = Readonly<{ kind: string; id: string; value: string }>;

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

/**
 * The same for the owner of the device, in a transaction of its own; without any value, not even a key is left. Throws
 * `KeyFileError` and `DatabaseError`.
 */
export async function replaceClaimed(
  { db, keyring, claim }: Readonly<{ db: Database; keyring: Keyring; claim: DeviceClaim }>,
  changes: readonly CredentialChange[],
): Promise<'written' | 'fenced'> {
  const { deviceId: device } = claim;
  const values = changes.flatMap(({ kind, id, value }) =>
    value === null ? [] : [{ kind, id, value }],
  );
  return await db.transaction(async (tx) => {
    if (!(await lockCredentials(tx, claim))) return 'fenced';
    if (values.length === 0) await deleteCredentials(tx, device);
    else await replaceCredentials(tx, keyring, { device, values });
    return 'written';
  });
}

/** Rows in one statement. */
const chunk = 500;
