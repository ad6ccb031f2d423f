import { durationMs, type EpochMs, type Role } from '@dripfleet/domain';
import { insertLogin, type Queryable } from '@dripfleet/store';
import { newToken, tokenHash } from './access-token.ts';
import { findAccess } from './find-access.ts';

export type Login = Readonly<{
  /** For the browser's cookie; nothing but its hash is kept. */
  session: string;
  expiresAt: EpochMs;
  name: string;
  role: Role;
}>;

/** A working day; a browser that is still used then asks for the key again. */
const holdsFor = durationMs(12 * 3_600_000);

/** Logs a browser in with an API token; undefined when that opens nothing. Throws `DatabaseError`. */
export async function openLogin(db: Queryable, token: string): Promise<Login | undefined> {
  const access = await findAccess(db, token);
  if (!access) return undefined;
  const { keyId, name, role } = access;
  const session = newToken('dfs');
  const hash = tokenHash('dfs', session);
  const login = hash && (await insertLogin(db, hash, { keyId, holdsFor }));
  return login && { session, expiresAt: login.expiresAt, name, role };
}
