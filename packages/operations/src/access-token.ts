import { createHash, randomBytes } from 'node:crypto';

/** `dfk_` opens the dashboard to a program, `dfs_` to a browser that logged in; the prefix is for secret scanners. */
export type TokenKind = 'dfk' | 'dfs';

/** 32 random bytes: nobody guesses them, so that a plain hash of them is safe to keep. */
export function newToken(kind: TokenKind): string {
  return `${kind}_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a token and looked up by; undefined: no token of this kind has this form. */
export function tokenHash(kind: TokenKind, token: string): Buffer | undefined {
  if (!new RegExp(`^${kind}_[A-Za-z0-9_-]{43}$`).test(token)) return undefined;
  return createHash('sha256').update(token).digest();
}
