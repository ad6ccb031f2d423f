import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { CredentialWrite } from './write-credentials.ts';

/** Stores credentials of a device that had none, in chunks of the caller's. In a transaction that holds the device's row. */
export async function insertCredentials(
  tx: Queryable,
  device: DeviceId,
  rows: CredentialWrite['keep'],
): Promise<void> {
  await tx.run('insert-credentials', [
    device,
    rows.map(({ kind }) => kind),
    rows.map(({ keyId }) => keyId),
    rows.map(({ ciphertext }) => ciphertext),
  ]);
}
