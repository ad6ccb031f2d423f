import type { Queryable } from './database.ts';
import type { DeviceClaim } from './device-claim.ts';

/** One call's changes. `(kind, keyId)` at most once in the two lists together. */
export type CredentialWrite = Readonly<{
  claim: DeviceClaim;
  /** The wrapped key whose content encrypted them; `newlyWrappedBy` when it is to be stored with them. */
  wrappedKey: Buffer;
  newlyWrappedBy?: string | undefined;
  keep: readonly Readonly<{ kind: string; keyId: Buffer; ciphertext: Buffer }>[];
  forget: readonly Readonly<{ kind: string; keyId: Buffer }>[];
}>;

/**
 * `fenced`: the device is no longer this worker's. `key_changed`: the device's key was wrapped anew, made by another, or
 * is gone: read it again. Nothing was stored in both cases.
 */
export type WriteOutcome = 'written' | 'fenced' | 'key_changed';

/** Stores everything or nothing, in one statement. */
export async function writeCredentials(
  db: Queryable,
  { claim, wrappedKey, newlyWrappedBy, keep, forget }: CredentialWrite,
): Promise<WriteOutcome> {
  const [row] = await db.run<{ outcome: WriteOutcome }>('write-credentials', [
    claim.deviceId,
    claim.worker,
    claim.epoch,
    wrappedKey,
    newlyWrappedBy ?? null,
    keep.map(({ kind }) => kind),
    keep.map(({ keyId }) => keyId),
    keep.map(({ ciphertext }) => ciphertext),
    forget.map(({ kind }) => kind),
    forget.map(({ keyId }) => keyId),
  ]);
  return row?.outcome ?? 'fenced';
}
