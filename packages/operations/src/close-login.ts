import { deleteLogin, type Queryable } from '@dripfleet/store';
import { tokenHash } from './access-token.ts';

/** Logs a browser out; false when it was not logged in. Throws `DatabaseError`. */
export async function closeLogin(db: Queryable, session: string): Promise<boolean> {
  const hash = tokenHash('dfs', session);
  return hash !== undefined && (await deleteLogin(db, hash));
}
