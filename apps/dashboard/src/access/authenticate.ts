import { findAccess, findLogin } from '@dripfleet/operations';
import type { Queryable } from '@dripfleet/store';
import { readLoginCookie } from './cookies.ts';
import type { Principal } from './judge-request.ts';

export type Credentials = Readonly<{
  authorization: string | undefined;
  cookie: string | undefined;
}>;

/**
 * Who asks; undefined: nobody known. A key in the header wins over a cookie: a program that gives one means it.
 * Throws `DatabaseError`.
 */
export async function authenticate(
  db: Queryable,
  { authorization, cookie }: Credentials,
): Promise<Principal | undefined> {
  const token = /^Bearer ([\w-]{1,200})$/i.exec(authorization ?? '')?.[1];
  if (token !== undefined) {
    const found = await findAccess(db, token);
    return found && { name: found.name, role: found.role, via: 'key' };
  }
  if (authorization !== undefined) return undefined;
  const session = readLoginCookie(cookie);
  const found = session === undefined ? undefined : await findLogin(db, session);
  return found && { name: found.name, role: found.role, via: 'login' };
}
