import { type Guard, guardsOf } from '../guard.ts';

const stored = { file: 'packages/store/test/access.test.ts' };
const used = { file: 'packages/operations/test/access.test.ts' };

/** Who may use the dashboard: keys, and the logins opened with them. */
export const accessGuards: readonly Guard[] = [
  ...guardsOf('packages/store/sql/find-api-key.sql', stored, [
    {
      id: 'access.key-hash',
      without: 'any token is somebody’s',
      find: 'k.hash = $1::bytea\n',
      replace: '$1::bytea is not null\n',
    },
    {
      id: 'access.key-revoked',
      without: 'a key that was revoked goes on opening the dashboard',
      find: '     and k.revoked_at is null\n',
      replace: '',
    },
    {
      id: 'access.key-expired',
      without: 'a key never ends',
      find: '     and (k.expires_at is null or k.expires_at > now())\n',
      replace: '',
    },
    {
      id: 'access.key-endless',
      without: 'a key without an end opens nothing',
      find: '(k.expires_at is null or k.expires_at > now())',
      replace: 'k.expires_at > now()',
    },
    {
      id: 'access.noted-once-a-minute',
      without: 'every request writes the row of its key',
      find: "   where k.last_used_at is null or k.last_used_at < now() - interval '1 min'\n",
      replace: '',
    },
    {
      id: 'access.noted-without-waiting',
      without: 'every request waits for whoever holds the row of its key',
      find: '     for no key update of k skip locked\n',
      replace: '     for no key update of k\n',
    },
  ]),
  ...guardsOf('packages/store/sql/find-login.sql', stored, [
    {
      id: 'access.login-hash',
      without: 'any session is somebody’s',
      find: 'l.hash = $1::bytea\n',
      replace: '$1::bytea is not null\n',
    },
    {
      id: 'access.login-expired',
      without: 'a login never ends',
      find: '   and l.expires_at > now()\n',
      replace: '',
    },
    {
      id: 'access.login-key-revoked',
      without: 'a login that was opened while its key was being revoked goes on',
      find: '   and k.revoked_at is null\n',
      replace: '',
    },
    {
      id: 'access.login-key-expired',
      without: 'a login outlives its key',
      find: '   and (k.expires_at is null or k.expires_at > now())\n',
      replace: '',
    },
  ]),
  ...guardsOf('packages/store/sql/revoke-api-key.sql', stored, [
    {
      id: 'access.revoked-once',
      without: 'when a key was revoked is forgotten by the next try',
      find: ' and locked.revoked_at is null\n',
      replace: '\n',
    },
    {
      id: 'access.logins-end',
      without: 'logins of a revoked key stay in the table',
      find: 'using locked where l.key_id = locked.id returning',
      replace: 'using locked where l.key_id = locked.id and false returning',
    },
  ]),
  ...guardsOf('packages/store/sql/insert-login.sql', stored, [
    {
      id: 'access.login-within-key',
      without: 'a login says that it holds for longer than its key',
      find: "least(now() + $3::bigint * interval '1 ms', k.expires_at)",
      replace: "now() + $3::bigint * interval '1 ms'",
    },
    {
      id: 'access.only-ended-go',
      without: 'a login ends the others',
      find: ' where l.expires_at <= now() limit',
      replace: ' limit',
    },
  ]),
  ...guardsOf('packages/operations/src/access-token.ts', used, [
    {
      id: 'access.hash-kept',
      without: 'a copy of the database opens the dashboard',
      find: "createHash('sha256').update(token).digest()",
      replace: "createHash && Buffer.from(token.slice(4), 'base64url')",
    },
  ]),
];
