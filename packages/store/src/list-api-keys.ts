import { type ApiKeyId, apiKeyId, type EpochMs, epochMs, type Role } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ApiKeyLine = Readonly<{
  keyId: ApiKeyId;
  name: string;
  role: Role;
  state: 'usable' | 'expired' | 'revoked';
  createdAt: EpochMs;
  createdBy: string;
  /** Undefined: it holds until it is revoked. */
  expiresAt: EpochMs | undefined;
  revokedAt: EpochMs | undefined;
  /** To the minute; undefined: never used. */
  lastUsedAt: EpochMs | undefined;
  /** Browsers that are logged in with it. */
  logins: number;
}>;

type Row = {
  id: number;
  name: string;
  role: Role;
  state: ApiKeyLine['state'];
  created_at: Date;
  created_by: string;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  logins: number;
};

/** Every key, by name, those that have ended included. */
export async function listApiKeys(db: Queryable): Promise<readonly ApiKeyLine[]> {
  const rows = await db.run<Row>('list-api-keys');
  return rows.map((row) => ({
    keyId: apiKeyId(row.id),
    name: row.name,
    role: row.role,
    state: row.state,
    createdAt: epochMs(row.created_at.getTime()),
    createdBy: row.created_by,
    expiresAt: instant(row.expires_at),
    revokedAt: instant(row.revoked_at),
    lastUsedAt: instant(row.last_used_at),
    logins: row.logins,
  }));
}

function instant(at: Date | null): EpochMs | undefined {
  return at === null ? undefined : epochMs(at.getTime());
}
