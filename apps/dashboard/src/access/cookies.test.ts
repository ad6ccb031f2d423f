import { expect, test } from 'vitest';
import { loginCookie, readLoginCookie } from './cookies.ts';

test('a login is read back from among other cookies', () => {
  expect(readLoginCookie('a=b; dripfleet_login=dfs_x; c=d')).toBe('dfs_x');
  expect(readLoginCookie('xdripfleet_login=dfs_x')).toBeUndefined();
  expect(readLoginCookie('dripfleet_login=')).toBeUndefined();
  expect(readLoginCookie(undefined)).toBeUndefined();
});

test('scripts, other sites and open networks don’t get it; on this machine it works without TLS', () => {
  const cookie = loginCookie('dfs_x', { host: 'fleet.example', maxAge: 60_500 });
  expect(cookie).toContain('HttpOnly; SameSite=Lax; Max-Age=60; Secure');
  expect(loginCookie('dfs_x', { host: '127.0.0.1:8080', maxAge: 1 })).not.toContain('Secure');
  expect(loginCookie('dfs_x', { host: '127.0.0.1.evil.example', maxAge: 1 })).toContain('Secure');
});
