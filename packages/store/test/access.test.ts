import { randomBytes } from 'node:crypto';
import { type DurationMs, durationMs, type Role } from '@dripfleet/domain';
import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  deleteLogin,
  findApiKey,
  findLogin,
  insertApiKey,
  insertLogin,
  listApiKeys,
  revokeApiKey,
} from '../src/index.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());
beforeEach(async () => {
  await store.sql('truncate api_keys cascade');
});

const hours = (n: number) => durationMs(n * 3_600_000);
const newHash = () => randomBytes(32);

async function addKey(
  name: string,
  { role = 'viewer', expiresIn = hours(1) }: { role?: Role; expiresIn?: DurationMs } = {},
) {
  const hash = newHash();
  const key = await insertApiKey(store.db, { name, hash, role, createdBy: 'test', expiresIn });
  if (!key) throw new Error('not added');
  return { ...key, name, role, hash };
}

async function addLogin({ keyId }: Awaited<ReturnType<typeof addKey>>, holdsFor = hours(12)) {
  const hash = newHash();
  const login = await insertLogin(store.db, hash, { keyId, holdsFor });
  if (!login) throw new Error('not opened');
  return { ...login, hash };
}

const expire = async ({ name }: { name: string }) =>
  await store.sql("update api_keys set expires_at = now() - interval '1 ms' where name = $1", [
    name,
  ]);
/** Apart from the rest of what a revocation does. */
const markRevoked = async ({ name }: { name: string }) =>
  await store.sql('update api_keys set revoked_at = now() where name = $1', [name]);
const lineOf = async (name: string) =>
  (await listApiKeys(store.db)).find((line) => line.name === name);
const lastUsed = async ({ name }: { name: string }) => (await lineOf(name))?.lastUsedAt;

describe('a key', () => {
  it('is found by the hash of its token alone', async () => {
    const [key, other] = [await addKey('ana', { role: 'operator' }), await addKey('bia')];
    expect(await findApiKey(store.db, key.hash)).toEqual({
      keyId: key.keyId,
      name: 'ana',
      role: 'operator',
    });
    expect(await findApiKey(store.db, other.hash)).toMatchObject({ name: 'bia' });
    expect(await findApiKey(store.db, newHash())).toBeUndefined();
  });

  it('is found no more once it was revoked', async () => {
    const key = await addKey('gone');
    await markRevoked(key);
    expect(await findApiKey(store.db, key.hash)).toBeUndefined();
  });

  it('is found no more once its time is over, by the clock of Postgres', async () => {
    const key = await addKey('short');
    await expire(key);
    expect(await findApiKey(store.db, key.hash)).toBeUndefined();
  });

  it('without an end holds', async () => {
    const hash = newHash();
    const request = { name: 'endless', hash, role: 'admin', createdBy: 'test' } as const;
    expect(await insertApiKey(store.db, { ...request, expiresIn: undefined })).toMatchObject({
      expiresAt: undefined,
    });
    expect(await findApiKey(store.db, hash)).toMatchObject({ role: 'admin' });
  });

  // Guards: every request of every program writing the same row.
  it('is noted as used once a minute', async () => {
    const key = await addKey('used');
    expect(await lastUsed(key)).toBeUndefined();
    await findApiKey(store.db, key.hash);
    await store.sql("update api_keys set last_used_at = now() - interval '59 s'");
    const before = await lastUsed(key);
    await findApiKey(store.db, key.hash);
    expect(await lastUsed(key)).toBe(before);
    await store.sql("update api_keys set last_used_at = now() - interval '61 s'");
    await findApiKey(store.db, key.hash);
    expect(await lastUsed(key)).toBeGreaterThan(before ?? 0);
  });

  it('is found without waiting for whoever changes it', async () => {
    const key = await addKey('busy');
    const other = await store.connect();
    await other.sql('begin');
    await other.sql('select from api_keys for update');
    try {
      expect(await findApiKey(store.db, key.hash)).toMatchObject({ name: 'busy' });
    } finally {
      // Its lock would hold up every test that follows.
      await other.close();
    }
    expect(await lastUsed(key)).toBeUndefined();
  });

  it('keeps its name for ever', async () => {
    await addKey('once');
    await revokeApiKey(store.db, 'once');
    const again = { name: 'once', hash: newHash(), role: 'viewer', createdBy: 'test' } as const;
    expect(await insertApiKey(store.db, { ...again, expiresIn: undefined })).toBeUndefined();
  });

  it('is revoked once, and its logins go with it', async () => {
    const [key, other] = [await addKey('left'), await addKey('stays')];
    const [login, kept] = [await addLogin(key), await addLogin(other)];
    expect(await revokeApiKey(store.db, 'left')).toEqual({ changed: true, loginsEnded: 1 });
    const revokedAt = async () => (await lineOf('left'))?.revokedAt;
    await store.sql("update api_keys set revoked_at = now() - interval '1 h' where name = 'left'");
    const first = await revokedAt();
    expect(await revokeApiKey(store.db, 'left')).toEqual({ changed: false, loginsEnded: 0 });
    expect(await revokedAt()).toBe(first);
    expect(await findLogin(store.db, login.hash)).toBeUndefined();
    expect(await findLogin(store.db, kept.hash)).toMatchObject({ name: 'stays' });
    expect(await store.sql('select from logins')).toHaveLength(1);
    expect(await revokeApiKey(store.db, 'none')).toBeUndefined();
  });

  it('is listed with what it is good for', async () => {
    const keys = [await addKey('a'), await addKey('b'), await addKey('c')] as const;
    await addLogin(keys[0]);
    await expire(keys[1]);
    await revokeApiKey(store.db, 'c');
    const lines = await listApiKeys(store.db);
    expect(lines.map(({ name, state, logins }) => [name, state, logins])).toEqual([
      ['a', 'usable', 1],
      ['b', 'expired', 0],
      ['c', 'revoked', 0],
    ]);
  });
});

describe('a login', () => {
  it('has the name and role of its key, until it is closed', async () => {
    const key = await addKey('ana', { role: 'admin' });
    const login = await addLogin(key);
    expect(await findLogin(store.db, login.hash)).toEqual({
      keyId: key.keyId,
      name: 'ana',
      role: 'admin',
    });
    expect(await findLogin(store.db, newHash())).toBeUndefined();
    expect(await deleteLogin(store.db, login.hash)).toBe(true);
    expect(await deleteLogin(store.db, login.hash)).toBe(false);
    expect(await findLogin(store.db, login.hash)).toBeUndefined();
  });

  it('never holds for longer than its key', async () => {
    const key = await addKey('short', { expiresIn: hours(1) });
    expect((await addLogin(key)).expiresAt).toBe(key.expiresAt);
  });

  it('is found no more once its time is over', async () => {
    const login = await addLogin(await addKey('tired'));
    await store.sql("update logins set expires_at = now() - interval '1 ms'");
    expect(await findLogin(store.db, login.hash)).toBeUndefined();
  });

  // A login that is opened in the moment of the revocation is in nobody's delete.
  it('is found no more once its key was revoked, though it is still there', async () => {
    const key = await addKey('revoked');
    const login = await addLogin(key);
    await markRevoked(key);
    expect(await findLogin(store.db, login.hash)).toBeUndefined();
  });

  it('is found no more once its key has expired, though its own time is not over', async () => {
    const key = await addKey('expired');
    const login = await addLogin(key);
    await expire(key);
    expect(await findLogin(store.db, login.hash)).toBeUndefined();
  });

  it('that ran out is removed by the next one, and no other', async () => {
    const key = await addKey('pruned');
    await addLogin(key);
    await store.sql("update logins set expires_at = now() - interval '1 ms'");
    await addLogin(key);
    await addLogin(key);
    expect(await store.sql('select from logins')).toHaveLength(2);
  });
});
