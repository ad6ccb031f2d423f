import { readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, type Keyring, openCredentials, openKeyring } from '@dripfleet/credentials';
import { durationMs, epoch, workerId } from '@dripfleet/domain';
import {
  findDeviceDetails,
  findPairingProgress,
  type NamedDevice,
  requestPairing,
} from '@dripfleet/store';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { importSession } from '../src/index.ts';
import { type Fleet, openFleet, steal } from './fleet-fixture.ts';
import { sessionCreds, sessionFolder } from './session-folder.ts';

let fleet: Fleet;
let keyring: Keyring;
let device: NamedDevice;
let folder: Awaited<ReturnType<typeof sessionFolder>>;
let made = 0;
const keyFile = join(tmpdir(), `dripfleet-keys-import-${process.pid}`);
beforeAll(async () => {
  fleet = await openFleet();
  await createKeyFile(keyFile);
  keyring = await openKeyring(keyFile);
});
beforeEach(async () => {
  const [added] = await fleet.addDevices(`d-${(made += 1)}`);
  if (!added) throw new Error('not added');
  device = added;
  folder = await sessionFolder((await details()).phone ?? '');
});
afterEach(async () => await folder.close());
afterAll(async () => {
  await fleet.close();
  await rm(keyFile);
});

const details = async () => {
  const found = await findDeviceDetails(fleet.database, device.name, steal);
  if (!found) throw new Error('not found');
  return found;
};
const load = async (path = folder.path) =>
  await importSession(fleet.database, keyring, {
    device: device.name,
    folder: path,
    actor: 'test',
  });
const stored = async () => {
  const [row] = await fleet.sql<{ n: number }>(
    'select count(*)::int as n from device_credentials where device_id = $1',
    [device.deviceId],
  );
  return row?.n;
};
/** As the next owner reads it. */
const open = async () => {
  const worker = workerId(await fleet.own(device, 0));
  const claim = { deviceId: device.deviceId, worker, epoch: epoch((await details()).epoch) };
  return openCredentials({ db: fleet.database, keyring, claim });
};

describe('importing a session', () => {
  it('gives the next owner every value as it stood in the folder, under its original id', async () => {
    const result = await load();
    expect(result).toMatchObject({ kind: 'imported', values: 5 });
    const session = await open();
    for (const [kind, id, file] of [
      ['creds', 'self', 'creds.json'],
      ['pre-key', '1', 'pre-key-1.json'],
      ['session', '15559998888.0', 'session-15559998888.0.json'],
      ['app-state-sync-key', 'AAAA/b', 'app-state-sync-key-AAAA__b.json'],
      ['lid-mapping', '15559998888', 'lid-mapping-15559998888.json'],
    ] as const)
      expect(await session.read(kind, [id])).toEqual({
        kind: 'read',
        values: new Map([[id, await readFile(join(folder.path, file), 'utf8')]]),
      });
    expect((await details()).session).toMatchObject({ state: 'open' });
  });

  it('takes the place of all there was, and fences whoever still writes the old session', async () => {
    const before = await open();
    await before.write([{ kind: 'session', id: 'old', value: 'x' }]);
    await fleet.sql(
      "update devices set session_state = 'logged_out', state_reason = '401' where id = $1",
      [device.deviceId],
    );
    await load();
    expect(await before.write([{ kind: 'creds', id: 'self', value: 'late' }])).toBe('fenced');
    expect(await stored()).toBe(5);
    expect(await details()).toMatchObject({
      owner: undefined,
      session: { state: 'closed', reason: undefined },
    });
    expect(await (await open()).read('session', ['old'])).toMatchObject({ values: new Map() });
  });

  // The worker that takes the device next would link it anew, and forget what was just imported.
  it('ends an open request to pair the device', async () => {
    const { deviceId: id } = device;
    const request = { method: 'qr', actor: 'test', validFor: durationMs(60_000) } as const;
    await requestPairing(fleet.database, id, request);
    expect(await load()).toMatchObject({ kind: 'imported', state: 'running' });
    expect(await findPairingProgress(fleet.database, id)).toMatchObject({
      state: 'failed',
      reason: 'a session was imported',
    });
  });

  it('gives a device without a number that of the session', async () => {
    const { phone } = await details();
    await fleet.sql('update devices set phone = null where id = $1', [device.deviceId]);
    await load();
    expect((await details()).phone).toBe(phone);
  });

  // Two at once on one session end both, and each overwrites what the other remembers.
  it('is refused while a worker runs the device, and for another number', async () => {
    await fleet.own(device, 1_000);
    await expect(load()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('dripfleet drain'),
    });
    await fleet.sql("update workers set last_heartbeat_at = now() - interval '1 min'");
    await folder.write('creds.json', sessionCreds('+15551231234'));
    await expect(load()).rejects.toMatchObject({ code: 'conflict' });
    expect(await stored()).toBe(0);
  });

  // Half an identity connects, and is unlinked for what it has forgotten.
  it.each([
    ['a file that was cut off', 'creds.json', '{"me":'],
    ['an empty file', 'pre-key-1.json', ''],
    ['a key without its half', 'pre-key-1.json', { public: { type: 'Buffer', data: 'AAAA' } }],
    [
      'a session that was never linked',
      'creds.json',
      { ...sessionCreds('+15550000001'), account: null },
    ],
    [
      'an identity without its key',
      'creds.json',
      { ...sessionCreds('+15550000001'), noiseKey: null },
    ],
    [
      'an account without a number',
      'creds.json',
      { ...sessionCreds('+15550000001'), me: { id: 'x@lid' } },
    ],
    ['what no session has', 'notes.txt', 'hello'],
    ['a kind that is not known', 'secret-1.json', {}],
    ['too large a file', 'session-1.0.json', `"${'x'.repeat(1_100_000)}"`],
  ])('takes nothing from a folder with %s, and names the file', async (_, name, content) => {
    await folder.write(name, content);
    expect(await load()).toEqual({ kind: 'file_refused', file: name, reason: expect.any(String) });
    expect(await stored()).toBe(0);
  });

  it('follows no link and enters no folder', async () => {
    await folder.link('pre-key-2.json');
    expect(await load()).toMatchObject({ kind: 'file_refused', reason: 'is a symbolic link' });
    await folder.remove('pre-key-2.json');
    await folder.makeFolder('pre-key-3.json');
    expect(await load()).toMatchObject({ kind: 'file_refused', reason: 'is not a file' });
    const link = `${folder.path}-link`;
    await symlink(folder.path, link);
    expect(await load(link)).toMatchObject({ kind: 'folder_refused' });
    await rm(link);
    await folder.remove('pre-key-3.json');
    await folder.remove('creds.json');
    expect(await load()).toEqual({ kind: 'folder_refused', reason: 'holds no creds.json' });
    expect(await load('/nowhere')).toEqual({ kind: 'folder_refused', reason: 'does not exist' });
  });

  // File names are the numbers of people, and what is refused ends up in tickets.
  it('masks numbers in the name of a file, and quotes nothing of its content', async () => {
    await folder.write('session-15557654321.0.json', '{"privKey":"c2VjcmV0"');
    const result = await load();
    expect(result).toMatchObject({ kind: 'file_refused', file: 'session-15*******21.0.json' });
    expect(JSON.stringify(result)).not.toContain('c2Vj');
  });
});
