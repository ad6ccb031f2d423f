import {
  type ApiKeyId,
  apiKeyId,
  type DurationMs,
  type EpochMs,
  epochMs,
  type Role,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type NewApiKey = Readonly<{
  name: string;
  /** SHA-256 of its token. */
  hash: Uint8Array;
  role: Role;
  createdBy: string;
  /** How long it holds by Postgres' clock; undefined: until it is revoked. */
  expiresIn: DurationMs | undefined;
}>;

/** Undefined when the name is taken. Throws `DatabaseError` `bad_row` when it is no name. */
export async function insertApiKey(
  tx: Queryable,
  { name, hash, role, createdBy, expiresIn }: NewApiKey,
): Promise<Readonly<{ keyId: ApiKeyId; expiresAt: EpochMs | undefined }> | undefined> {
  const [row] = await tx.run<{ id: number; expires_at: Date | null }>('insert-api-key', [
    name,
    hash,
    role,
    createdBy,
    expiresIn ?? null,
  ]);
  return (
    row && {
      keyId: apiKeyId(row.id),
      expiresAt: row.expires_at ? epochMs(row.expires_at.getTime()) : undefined,
    }
  );
}
