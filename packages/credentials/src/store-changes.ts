import {
  type CredentialWrite,
  type Database,
  DatabaseError,
  type DeviceClaim,
  writeCredentials,
  type WriteOutcome,
} from '@dripfleet/store';
import { makeDataKey, wrapDataKey } from './data-key.ts';
import { type DeviceCipher, deviceCipher } from './device-cipher.ts';
import type { Keyring } from './keyring.ts';
import type { UsableKey } from './load-device-key.ts';
import type { CredentialChange } from './session-credentials.ts';

export type Storing =
  | Readonly<{ kind: 'written'; key: UsableKey }>
  | Readonly<{ kind: 'fenced' }>
  | Readonly<{ kind: 'key_changed' }>;

/** A lock that somebody holds for longer than these tries, 2 s each, is no race any more. */
const triesMax = 3;

/** Encrypts and stores changes; with `key` absent, the device gets one, stored with them. */
export async function storeChanges(
  { db, keyring, claim }: Readonly<{ db: Database; keyring: Keyring; claim: DeviceClaim }>,
  key: UsableKey | Readonly<{ kind: 'absent' }>,
  changes: readonly CredentialChange[],
): Promise<Storing> {
  const { usable, newlyWrappedBy } =
    key.kind === 'loaded'
      ? { usable: key, newlyWrappedBy: undefined }
      : await makeKey(keyring, claim);
  const outcome = await writePatiently(db, {
    claim,
    wrappedKey: usable.wrapped,
    newlyWrappedBy,
    ...encryptChanges(usable.cipher, changes),
  });
  return outcome === 'written' ? { kind: outcome, key: usable } : { kind: outcome };
}

/** The last change of each value: a statement can't change a row twice. */
export function newestOfEach(changes: readonly CredentialChange[]): readonly CredentialChange[] {
  const newest = new Map(
    changes.map((change) => [JSON.stringify([change.kind, change.id]), change]),
  );
  return [...newest.values()];
}

/** The rows of changes. */
export function encryptChanges(
  cipher: DeviceCipher,
  changes: readonly CredentialChange[],
): Pick<CredentialWrite, 'keep' | 'forget'> {
  const keep: { kind: string; keyId: Buffer; ciphertext: Buffer }[] = [];
  const forget: { kind: string; keyId: Buffer }[] = [];
  for (const { kind, id, value } of changes) {
    const keyId = cipher.keyId(kind, id);
    if (value === null) forget.push({ kind, keyId });
    else keep.push({ kind, keyId, ciphertext: cipher.seal(kind, keyId, value) });
  }
  return { keep, forget };
}

async function makeKey(keyring: Keyring, { deviceId }: DeviceClaim) {
  const by = await keyring.refreshFirst();
  const dataKey = makeDataKey();
  const usable: UsableKey = {
    kind: 'loaded',
    wrapped: wrapDataKey(by, deviceId, dataKey),
    cipher: deviceCipher(deviceId, dataKey),
  };
  return { usable, newlyWrappedBy: by.name };
}

/**
 * Tries again after a lost race, when nothing happened. Never after a broken connection: the first try may still come
 * through, after a later write.
 */
async function writePatiently(db: Database, write: CredentialWrite): Promise<WriteOutcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await writeCredentials(db, write);
    } catch (error) {
      const again = error instanceof DatabaseError && error.code === 'conflict';
      if (!again || tries === triesMax) throw error;
    }
  }
}
