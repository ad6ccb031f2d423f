import { durationMs } from '@dripfleet/domain';
import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  closeLogin,
  createApiKey,
  findAccess,
  findLogin,
  listApiKeys,
  openLogin,
  revokeApiKey,
} from '../src/index.ts';

const actor = 'tester@host';
let store: TestStore;
beforeEach(async () => {
  store = await openTestStore();
});
afterEach(async () => await store.close());

async function create(name: string, request: { expiresIn?: ReturnType<typeof durationMs> } = {}) {
  const created = await createApiKey(store.db, { name, role: 'operator', actor, ...request });
  if (created.kind !== 'created') throw new Error(created.kind);
  return created;
}

const actions = async () =>
  await store.sql('select actor, action, object, detail from operator_actions order by id');

describe('a key to the dashboard', () => {
  it('opens it for whoever has the token, as whom and what it says', async () => {
    const { token, expiresAt } = await create('ana');
    expect(token).toMatch(/^dfk_[A-Za-z0-9_-]{43}$/);
    expect(expiresAt).toBeUndefined();
    expect(await findAccess(store.db, token)).toMatchObject({ name: 'ana', role: 'operator' });
    const other = token.startsWith('dfk_A') ? 'B' : 'A';
    for (const wrong of ['', token.slice(0, -1), `${token}A`, `dfk_${other}${token.slice(5)}`])
      expect(await findAccess(store.db, wrong)).toBeUndefined();
  });

  it('is made once for a name, also after it was revoked, and never for what is no name', async () => {
    await create('ana');
    const again = { name: 'ana', role: 'admin', actor } as const;
    expect(await createApiKey(store.db, again)).toEqual({ kind: 'name_taken' });
    await revokeApiKey(store.db, { name: 'ana', actor });
    expect(await createApiKey(store.db, again)).toEqual({ kind: 'name_taken' });
    for (const name of ['', 'a b', '-a', 'é', 'x'.repeat(64)])
      await expect(create(name)).rejects.toMatchObject({ code: 'invalid' });
    const expiresIn = durationMs(3_651 * 86_400_000);
    await expect(create('ever', { expiresIn })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('ends with its time', async () => {
    const { token, expiresAt } = await create('brief', { expiresIn: durationMs(60_000) });
    expect(expiresAt).toBeDefined();
    expect(await findAccess(store.db, token)).toBeDefined();
    await store.sql("update api_keys set expires_at = now() - interval '1 ms'");
    expect(await findAccess(store.db, token)).toBeUndefined();
    expect(await openLogin(store.db, token)).toBeUndefined();
  });

  it('ends with its logins when it is revoked, and says so once', async () => {
    const { token } = await create('ana');
    const login = await openLogin(store.db, token);
    expect(await revokeApiKey(store.db, { name: 'ana', actor })).toEqual({
      kind: 'revoked',
      loginsEnded: 1,
    });
    expect(await findAccess(store.db, token)).toBeUndefined();
    expect(await findLogin(store.db, login?.session ?? '')).toBeUndefined();
    expect(await openLogin(store.db, token)).toBeUndefined();
    expect(await revokeApiKey(store.db, { name: 'ana', actor })).toEqual({ kind: 'already' });
    expect(await revokeApiKey(store.db, { name: 'anna', actor })).toEqual({
      kind: 'not_found',
      near: ['ana'],
    });
    expect(await listApiKeys(store.db)).toMatchObject([{ name: 'ana', state: 'revoked' }]);
  });

  it('is in the audit with who made and who ended it', async () => {
    await create('ana', { expiresIn: durationMs(3_600_000) });
    await createApiKey(store.db, { name: 'ana', role: 'admin', actor });
    await revokeApiKey(store.db, { name: 'ana', actor: 'other@host' });
    await revokeApiKey(store.db, { name: 'ana', actor });
    expect(await actions()).toEqual([
      {
        actor,
        action: 'key.create',
        object: 'key:ana',
        detail: { role: 'operator', expires_in_ms: 3_600_000 },
      },
      { actor: 'other@host', action: 'key.revoke', object: 'key:ana', detail: { logins_ended: 0 } },
    ]);
  });
});

describe('a login', () => {
  it('holds for twelve hours, until it is closed', async () => {
    const { token } = await create('ana');
    const login = await openLogin(store.db, token);
    expect(login).toMatchObject({ name: 'ana', role: 'operator' });
    expect(login?.session).toMatch(/^dfs_[A-Za-z0-9_-]{43}$/);
    const [row] = await store.sql<{ left: number }>(
      'select extract(epoch from expires_at - created_at)::float8 as left from logins',
    );
    expect(row?.left).toBe(12 * 3_600);
    const session = login?.session ?? '';
    expect(await findLogin(store.db, session)).toMatchObject({ name: 'ana', role: 'operator' });
    expect(await closeLogin(store.db, session)).toBe(true);
    expect(await findLogin(store.db, session)).toBeUndefined();
    expect(await closeLogin(store.db, session)).toBe(false);
  });

  // Taken for each other, a stolen cookie would be a key, and a key in a cookie a login that nobody opened.
  it('is no key, and a key is no login', async () => {
    const { token } = await create('ana');
    const { session = '' } = (await openLogin(store.db, token)) ?? {};
    expect(await findAccess(store.db, session)).toBeUndefined();
    expect(await findAccess(store.db, session.replace('dfs_', 'dfk_'))).toBeUndefined();
    expect(await findLogin(store.db, token)).toBeUndefined();
    expect(await openLogin(store.db, session)).toBeUndefined();
  });
});

// Whoever gets a copy of the database, or reads the audit, gets into no dashboard.
it('no token is anywhere in the database, in any spelling', async () => {
  const { token } = await create('canary');
  const { session = '' } = (await openLogin(store.db, token)) ?? {};
  const rows = await store.sql<{ text: string }>(
    `select k::text || encode(hash, 'base64') || encode(hash, 'escape') as text from api_keys k
     union all select l::text || encode(hash, 'base64') || encode(hash, 'escape') from logins l
     union all select a::text from operator_actions a`,
  );
  expect(rows).toHaveLength(3);
  const all = rows.map(({ text }) => text).join('\n');
  for (const secret of [token, session]) {
    expect(secret).toHaveLength(47);
    const random = Buffer.from(secret.slice(4), 'base64url');
    const spellings = [
      secret.slice(4),
      random.toString('base64'),
      random.toString('hex'),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret.slice(4)).toString('hex'),
    ];
    for (const spelling of spellings) expect(all).not.toContain(spelling);
  }
});
