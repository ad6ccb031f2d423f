import { type ApiKeyId, apiKeyId, type Role } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Who somebody is to the dashboard, and what he may do there. */
export type Access = Readonly<{
  keyId: ApiKeyId;
  /** The key's, for the audit. */
  name: string;
  role: Role;
}>;

type Row = { id: number; name: string; role: Role };

/** Whose token has this SHA-256; undefined: nobody's, or its key was revoked or has expired by Postgres' clock. */
export async function findApiKey(db: Queryable, hash: Uint8Array): Promise<Access | undefined> {
  const [row] = await db.run<Row>('find-api-key', [hash]);
  return row && access(row);
}

/** From the columns that every look at a key's access selects. */
export function access({ id, name, role }: Row): Access {
  return { keyId: apiKeyId(id), name, role };
}
