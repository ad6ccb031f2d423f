import { type Access, findApiKey, type Queryable } from '@dripfleet/store';
import { tokenHash } from './access-token.ts';

/**
 * Who presents this API token, and what he may do; undefined: nobody, for it is none, or its key was revoked or has expired.
 * Found by its hash, so that no comparison tells by its time how much of a guess is right. Throws `DatabaseError`.
 */
export async function findAccess(db: Queryable, token: string): Promise<Access | undefined> {
  const hash = tokenHash('dfk', token);
  return hash && (await findApiKey(db, hash));
}
