import * as baileys from '@whiskeysockets/baileys';
import { expect, test } from 'vitest';
import { AuthStore } from '../src/baileys/auth-store.ts';
import type { CredentialChange } from '../src/index.ts';
import { memoryCredentials } from './memory-credentials.ts';

const storeOver = (credentials = memoryCredentials()) => ({
  credentials,
  store: new AuthStore(baileys, { credentials, creds: baileys.initAuthCreds() }),
});

test('values come back as they were: bytes as bytes, shared keys as the protocol has them', async () => {
  const { store } = storeOver();
  const keyData = baileys.proto.Message.AppStateSyncKeyData.fromObject({
    keyData: Buffer.from([1, 2, 3]),
    timestamp: 7,
  });
  const pair = { public: Buffer.from([4]), private: Buffer.from([5]) };
  await store.set({ 'app-state-sync-key': { 'a+/=': keyData }, 'pre-key': { '1': pair } });
  const { 'a+/=': key } = await store.get('app-state-sync-key', ['a+/=', 'absent']);
  expect(key).toBeInstanceOf(baileys.proto.Message.AppStateSyncKeyData);
  expect(Buffer.from(key?.keyData ?? [])).toEqual(Buffer.from([1, 2, 3]));
  expect(await store.get('pre-key', ['1', '2'])).toEqual({ '1': pair });
});

test('all kinds of one call are one write; writes come in the order of the calls', async () => {
  // Guards: an identity that counts keys which were never stored.
  const { store, credentials } = storeOver();
  const pair = { public: Buffer.from([4]), private: Buffer.from([5]) };
  store.saveCreds();
  void store.set({ 'pre-key': { '1': pair }, 'lid-mapping': { a: 'b' } });
  void store.set({ 'pre-key': { '1': null } });
  await store.idle();
  const kinds = (changes: readonly CredentialChange[]) => changes.map(({ kind }) => kind);
  expect(credentials.writes.map(kinds)).toEqual([
    ['creds'],
    ['pre-key', 'lid-mapping'],
    ['pre-key'],
  ]);
  expect(credentials.values('pre-key').size).toBe(0);
});

test('after a failure nothing is written or read any more, and it is told once', async () => {
  const { store, credentials } = storeOver();
  const failures: string[] = [];
  store.onFailure = (failure) => failures.push(failure);
  credentials.failWrites('fenced', 1);
  store.saveCreds();
  const later = store.set({ 'lid-mapping': { a: 'b' } });
  await expect(later).rejects.toMatchObject({ name: 'StoreError', code: 'fenced' });
  await expect(store.get('lid-mapping', ['a'])).rejects.toMatchObject({ code: 'fenced' });
  await store.idle();
  expect(credentials.writes).toEqual([]);
  expect(failures).toEqual(['fenced']);
});

test('a write that failed is not made again', async () => {
  // Guards: one whose answer was lost, and which takes effect after a newer one that its repetition let through.
  const { store, credentials } = storeOver();
  credentials.failWrites('unavailable', 1);
  const lost = store.set({ 'lid-mapping': { a: 'b' } });
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  await expect(store.set({ 'lid-mapping': { a: 'c' } })).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(credentials.writes).toEqual([]);
});

test('a sealed store refuses what comes after, without effect', async () => {
  // Guards: two sessions of one device that write side by side.
  const { store, credentials } = storeOver();
  await store.set({ 'lid-mapping': { a: 'b' } });
  store.seal();
  const late = store.set({ 'lid-mapping': { a: 'c' } });
  await expect(late).rejects.toMatchObject({ name: 'StoreError', code: 'sealed' });
  expect(credentials.writes).toHaveLength(1);
});

test('a value that is no longer JSON is unreadable, not absent', async () => {
  const { store, credentials } = storeOver();
  await credentials.write([{ kind: 'session', id: 'a', value: '{"half' }]);
  await expect(store.get('session', ['a'])).rejects.toMatchObject({ code: 'unreadable' });
});
