import { type ApiKeyId, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Opens a login of a key, at most `holdsFor` long by Postgres' clock; removes some that ran out. Undefined: no such key. */
export async function insertLogin(
  db: Queryable,
  hash: Uint8Array,
  { keyId, holdsFor }: Readonly<{ keyId: ApiKeyId; holdsFor: DurationMs }>,
): Promise<Readonly<{ expiresAt: EpochMs }> | undefined> {
  const [row] = await db.run<{ expires_at: Date }>('insert-login', [hash, keyId, holdsFor]);
  return row && { expiresAt: epochMs(row.expires_at.getTime()) };
}
