import type { Queryable } from './database.ts';

/** Ends a login; false when there was none. */
export async function deleteLogin(db: Queryable, hash: Uint8Array): Promise<boolean> {
  return (await db.run('delete-login', [hash])).length > 0;
}
