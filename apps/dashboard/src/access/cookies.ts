/** The cookie of a browser that logged in. */
const name = 'dripfleet_login';
const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** The login that a browser's cookies carry; undefined: none. */
export function readLoginCookie(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}

/**
 * No script can read it, no other site can make the browser send it with a change, and it travels over TLS only, except on this very
 * machine, where there is none.
 */
export function loginCookie(
  session: string,
  { host, maxAge }: Readonly<{ host: string | undefined; maxAge: number }>,
): string {
  const secure = loopback.test(host ?? '') ? '' : '; Secure';
  return `${name}=${session}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${Math.floor(maxAge / 1_000)}${secure}`;
}

export function expiredLoginCookie(host: string | undefined): string {
  return loginCookie('', { host, maxAge: 0 });
}
