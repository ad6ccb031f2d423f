import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import type { OwnedDevice } from '@dripfleet/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openKeyring } from '../src/index.ts';
import { type Fixture, newKeyLine, openFixture, values } from './credentials-fixture.ts';

let fixture: Fixture;
let device: OwnedDevice;
beforeAll(async () => {
  fixture = await openFixture();
});
beforeEach(async () => {
  device = await fixture.addDevice();
  await fixture.open(device).write([
    { kind: 'creds', id: 'self', value: 'me' },
    { kind: 'session', id: '1', value: 'one' },
    { kind: 'session', id: '2', value: 'two' },
  ]);
});
afterAll(async () => await fixture.close());

/** Changes what is stored behind the session's back. */
const damage = async (text: string, ...more: unknown[]) =>
  await fixture.store.sql(text, [device.deviceId, ...more]);

/** Absent would let a session begin a new identity over one that is only damaged. */
describe('what can not be read is unreadable, never absent:', () => {
  it.each([
    ['a flipped bit', 'set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1)'],
    [
      'a flipped tag',
      'set_byte(ciphertext, length(ciphertext) - 1, 255 - get_byte(ciphertext, length(ciphertext) - 1))',
    ],
    ['a cut-off end', 'substr(ciphertext, 1, length(ciphertext) - 1)'],
    ['a cut to nothing', "''"],
    ['another version', 'set_byte(ciphertext, 0, 2)'],
  ])('%s', async (_, expression) => {
    await damage(`update device_credentials set ciphertext = ${expression} where device_id = $1`);
    const session = fixture.open(device);
    expect(await values(session, 'creds', ['self'])).toBe('unreadable');
    expect(await values(session, 'session', ['1', '2', '3'])).toBe('unreadable');
    expect(await values(session, 'session', ['3'])).toEqual({});
  });

  it('the rows of two ids, or of two kinds, exchanged', async () => {
    await damage(
      `update device_credentials a set ciphertext = b.ciphertext from device_credentials b
        where a.device_id = $1 and b.device_id = $1 and a.kind = 'session' and b.kind = 'session' and a.key_id <> b.key_id`,
    );
    expect(await values(fixture.open(device), 'session', ['1'])).toBe('unreadable');
    await damage(
      `update device_credentials a set ciphertext = (
         select b.ciphertext from device_credentials b where b.device_id = $1 and b.kind = 'session' limit 1)
        where a.device_id = $1 and a.kind = 'creds'`,
    );
    expect(await values(fixture.open(device), 'creds', ['self'])).toBe('unreadable');
  });

  it("another device's row, and another device's key", async () => {
    const other = await fixture.addDevice();
    await fixture.open(other).write([{ kind: 'creds', id: 'self', value: 'other' }]);
    await damage(
      `update device_credentials a set ciphertext = b.ciphertext from device_credentials b
        where a.device_id = $1 and b.device_id = $2 and a.kind = 'creds' and b.kind = 'creds'`,
      other.deviceId,
    );
    expect(await values(fixture.open(device), 'creds', ['self'])).toBe('unreadable');
    await damage(
      'update device_keys a set wrapped_key = b.wrapped_key from device_keys b where a.device_id = $1 and b.device_id = $2',
      other.deviceId,
    );
    expect(await values(fixture.open(device), 'session', ['1'])).toBe('unreadable');
    expect(await values(fixture.open(device), 'never written', ['1'])).toBe('unreadable');
  });

  // All of one device's rows moved to another one, key and all: a session that two devices would use at once.
  it('everything of one device in the place of everything of another', async () => {
    const other = await fixture.addDevice();
    await damage('update device_keys set device_id = $2 where device_id = $1', other.deviceId);
    await damage(
      'update device_credentials set device_id = $2 where device_id = $1',
      other.deviceId,
    );
    expect(await values(fixture.open(other), 'creds', ['self'])).toBe('unreadable');
  });

  it('a key that is gone, and one whose name was changed', async () => {
    await damage("update device_keys set wrapped_by = 'nobody' where device_id = $1");
    const reading = await fixture.open(device).read('creds', ['self']);
    expect(reading).toMatchObject({
      kind: 'unreadable',
      cause: 'key_missing',
      reason: expect.stringContaining('"nobody"'),
    });
    await damage('delete from device_keys where device_id = $1');
    expect(await fixture.open(device).read('creds', ['self'])).toMatchObject({ cause: 'damaged' });
  });

  // Beside what can't be read there would soon be a second identity, and no way to tell which is which.
  it('nothing is written beside it until it is replaced', async () => {
    await damage('delete from device_keys where device_id = $1');
    const session = fixture.open(device);
    const write = async () => await session.write([{ kind: 'creds', id: 'self', value: 'new' }]);
    await expect(write()).rejects.toMatchObject({ code: 'credentials_unreadable' });
    expect(await session.replace([{ kind: 'creds', id: 'self', value: 'newer' }])).toBe('written');
    expect(await values(fixture.open(device), 'creds', ['self'])).toEqual({ self: 'newer' });
    expect(await write()).toBe('written');
    expect(await values(fixture.open(device), 'creds', ['self'])).toEqual({ self: 'new' });
  });
});

// Whoever gets a copy of the database gets neither a session nor a phone number.
it('nothing that was written can be found in any column, in any spelling', async () => {
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const phone = '15557654321';
  await fixture.open(device).write([
    { kind: 'creds', id: 'self', value: JSON.stringify({ privKey: canary, me: phone }) },
    { kind: 'session', id: `${phone}.0`, value: canary },
    { kind: 'lid-mapping', id: phone, value: `"${phone}"` },
  ]);
  const found = await fixture.store.sql<{ text: string }>(
    `select c::text as text from device_credentials c where device_id = $1
     union all select encode(ciphertext, 'escape') || encode(key_id, 'escape') from device_credentials where device_id = $1
     union all select encode(ciphertext, 'base64') from device_credentials where device_id = $1
     union all select k::text || encode(wrapped_key, 'base64') from device_keys k where device_id = $1`,
    [device.deviceId],
  );
  expect(found.length).toBeGreaterThan(10);
  const all = found.map(({ text }) => text.replaceAll('\n', '')).join('\n');
  for (const secret of [canary, phone]) {
    const bytes = Buffer.from(secret);
    // A text inside base64 can begin at three places; what surrounds it changes the characters at both ends.
    const shifted = [0, 1, 2].map((shift) =>
      Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(4, -4),
    );
    for (const spelling of [secret, bytes.toString('hex'), ...shifted])
      expect(all).not.toContain(spelling);
  }
});

it('the same value is stored as other bytes each time, and the same id differs between devices', async () => {
  const other = await fixture.addDevice();
  const value = { kind: 'session', id: '1', value: 'same' };
  await fixture.open(device).write([value]);
  await fixture.open(other).write([value]);
  const rows = async () =>
    await fixture.store.sql<{ key_id: string; ciphertext: string }>(
      `select encode(key_id, 'hex') as key_id, encode(ciphertext, 'hex') as ciphertext from device_credentials
        where device_id in ($1, $2) and kind = 'session'`,
      [device.deviceId, other.deviceId],
    );
  const before = await rows();
  await fixture.open(device).write([value]);
  const all = [...before, ...(await rows())];
  expect(new Set(all.map(({ ciphertext }) => ciphertext)).size).toBe(before.length + 1);
  expect(new Set(all.map((row) => row.key_id)).size).toBe(before.length);
});

describe('the key file of a running process', () => {
  it('is read again for a key that it does not know, once it is there', async () => {
    const { keyFile } = fixture;
    const before = await readFile(keyFile, 'utf8');
    await fixture.writeKeyFile(newKeyLine('elsewhere') + before);
    const elsewhere = await openKeyring(keyFile);
    const added = await fixture.addDevice();
    await fixture.open(added, elsewhere).write([{ kind: 'a', id: '1', value: 'x' }]);
    expect(fixture.keyring.names).not.toContain('elsewhere');
    expect(await values(fixture.open(added), 'a', ['1'])).toEqual({ '1': 'x' });
    await fixture.writeKeyFile(before);
    expect(await values(fixture.open(added, await openKeyring(keyFile)), 'a', ['1'])).toBe(
      'unreadable',
    );
  });

  // A file that is not mounted yet, or is for another user, is no damage: nobody may pair the fleet anew for it.
  it('that is gone or refused makes credentials unreadable for want of a key, until it is back', async () => {
    const { keyFile } = fixture;
    const before = await readFile(keyFile, 'utf8');
    await fixture.writeKeyFile(newKeyLine('elsewhere'));
    const elsewhere = await openKeyring(keyFile);
    const read = async () => await fixture.open(device, elsewhere).read('creds', ['self']);
    const missing = { kind: 'unreadable', cause: 'key_missing' };
    expect(await read()).toMatchObject(missing);
    await rm(keyFile);
    expect(await read()).toMatchObject({ ...missing, reason: expect.stringContaining('ENOENT') });
    await writeFile(keyFile, before, { mode: 0o644 });
    expect(await read()).toMatchObject({ ...missing, reason: expect.stringContaining('chmod') });
    await chmod(keyFile, 0o600);
    expect(await read()).toMatchObject({ kind: 'read' });
  });
});
