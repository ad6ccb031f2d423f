import { type Access, findLogin as find, type Queryable } from '@dripfleet/store';
import { tokenHash } from './access-token.ts';

/** Whose login this session is; undefined: nobody's, or it or its key has ended. Throws `DatabaseError`. */
export async function findLogin(db: Queryable, session: string): Promise<Access | undefined> {
  const hash = tokenHash('dfs', session);
  return hash && (await find(db, hash));
}
