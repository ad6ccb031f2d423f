import type { ApiKeyCreated, ApiKeyLine } from '@dripfleet/operations';
import type { ItemView, ListView } from '../output.ts';
import { fromNow, iso } from '../times.ts';

/** `key ls`. `now` is this machine's, for the relative times. */
export function apiKeyListView(now: number): ListView<ApiKeyLine> {
  const when = (at: ApiKeyLine['expiresAt']) => (at === undefined ? '' : fromNow(at, now));
  return {
    columns: [
      { title: 'name', value: ({ name }) => name },
      { title: 'role', value: ({ role }) => role },
      { title: 'state', value: ({ state }) => state },
      { title: 'logins', value: ({ logins }) => logins, align: 'right' },
      { title: 'last used', value: ({ lastUsedAt }) => when(lastUsedAt) },
      { title: 'expires', value: ({ expiresAt }) => when(expiresAt) },
      { title: 'made by', value: ({ createdBy }) => createdBy },
    ],
    json: (key) => ({
      name: key.name,
      role: key.role,
      state: key.state,
      created_at: iso(key.createdAt),
      created_by: key.createdBy,
      expires_at: iso(key.expiresAt),
      revoked_at: iso(key.revokedAt),
      last_used_at: iso(key.lastUsedAt),
      logins: key.logins,
    }),
    name: ({ name }) => name,
    empty: 'No keys. Make one with: dripfleet key add NAME --role viewer',
  };
}

/** `key add`: the token alone, whoever reads it. */
export function newApiKeyView(): ItemView<Extract<ApiKeyCreated, { kind: 'created' }>> {
  return {
    text: ({ token }) => token,
    json: ({ name, role, token, expiresAt }) => ({
      name,
      role,
      token,
      expires_at: iso(expiresAt),
    }),
    names: ({ token }) => [token],
  };
}
