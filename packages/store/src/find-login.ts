import type { Queryable } from './database.ts';
import { access, type Access } from './find-api-key.ts';

/** Whose session has this SHA-256; undefined: nobody's, or the login or its key has ended by Postgres' clock. */
export async function findLogin(db: Queryable, hash: Uint8Array): Promise<Access | undefined> {
  const [row] = await db.run<Parameters<typeof access>[0]>('find-login', [hash]);
  return row && access(row);
}
