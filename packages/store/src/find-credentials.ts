import type { DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type StoredCredential = Readonly<{ keyId: Buffer; ciphertext: Buffer }>;

/** Those of the credentials that there are, in no order. */
export async function findCredentials(
  db: Queryable,
  device: DeviceId,
  { kind, keyIds }: { kind: string; keyIds: readonly Buffer[] },
): Promise<readonly StoredCredential[]> {
  const rows = await db.run<{ key_id: Buffer; ciphertext: Buffer }>('find-credentials', [
    device,
    kind,
    keyIds,
  ]);
  return rows.map((row) => ({ keyId: row.key_id, ciphertext: row.ciphertext }));
}
