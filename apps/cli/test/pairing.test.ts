import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Keyring, openCredentials, openKeyring, sealChallenge } from '@dripfleet/credentials';
import { durationMs, phoneNumber } from '@dripfleet/domain';
import {
  concludePairing,
  type DeviceClaim,
  findPairing,
  type Pairing,
  type PairingEnd,
  showChallenge,
} from '@dripfleet/store';
import {
  addOwnedDevice,
  createTestRedis,
  openTestStore,
  type TestRedis,
  type TestStore,
  untilWaiting,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOptions, type CliResult, runCli } from './run-cli.ts';

let store: TestStore;
let redis: TestRedis;
let folder: string;
let keyFile: string;
let keyring: Keyring;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [store, redis] = await Promise.all([openTestStore(), createTestRedis()]);
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-keys-'));
  keyFile = join(folder, 'keys');
  env = { DATABASE_URL: store.url, REDIS_URL: redis.url, CREDENTIALS_KEY_FILE: keyFile };
  expect((await cli('credentials', 'new-key')).code).toBe(0);
  keyring = await openKeyring(keyFile);
});
afterAll(async () => {
  await Promise.all([store.close(), redis.release()]);
  await rm(folder, { recursive: true });
});

const cli = async (...args: string[]): Promise<CliResult> => await runCli(args, { env });
const addClosed = async (name: string, columns = {}) =>
  await addOwnedDevice(store, { name, session_state: 'unpaired', ...columns });
const end = async (claim: DeviceClaim, { requestedAt }: Pairing, how: PairingEnd) =>
  await concludePairing(store.db, claim, { requestedAt, end: how });
const show = async ({ deviceId, ...claim }: DeviceClaim, of: Pairing, content: string) => {
  const { requestedAt } = of;
  const challenge = await sealChallenge(keyring, { deviceId, requestedAt }, content);
  const ttl = durationMs(60_000);
  await showChallenge(store.db, { deviceId, ...claim }, { requestedAt, challenge, ttl });
};

/** `dripfleet pair` under way, and what its worker does. */
function startPair(args: readonly string[], options: Omit<CliOptions, 'env' | 'onPrinted'> = {}) {
  let printed = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const result = runCli(['pair', ...args], {
    ...options,
    env: { ...env, NO_COLOR: '1' },
    onPrinted: (texts) => {
      printed = { ...texts };
      for (const watcher of watchers) watcher();
    },
  });
  return {
    result,
    /** Resolves once what was printed holds this. */
    untilPrinted: async (text: string) =>
      await new Promise<void>((resolve) => {
        const look = () => {
          if (`${printed.stdout}${printed.stderr}`.includes(text)) resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

/** The request, as soon as the worker can see it. */
async function taken({ deviceId }: DeviceClaim): Promise<Pairing> {
  for (;;) {
    const pairing = await findPairing(store.db, deviceId);
    if (pairing) return pairing;
  }
}

describe('dripfleet pair', () => {
  it('prints what is to be scanned as lines, again when it rotates, and ends with 0', async () => {
    const claim = await addClosed('lines', { phone: null });
    const { result, untilPrinted } = startPair(['lines', '-o', 'json']);
    const pairing = await taken(claim);
    await show(claim, pairing, 'https://wa.me/#1');
    await untilPrinted('#1');
    await show(claim, pairing, 'https://wa.me/#2');
    await untilPrinted('#2');
    await end(claim, pairing, { kind: 'paired', phone: phoneNumber('+15557770001') });
    const { code, stdout, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { kind: 'qr', content: 'https://wa.me/#1', valid_ms: expect.any(Number) },
      { kind: 'qr', content: 'https://wa.me/#2', valid_ms: expect.any(Number) },
      { kind: 'paired', name: 'lines', phone: '+15*******01' },
    ]);
  });

  it('draws the QR in place on a terminal, and takes it away in the end', async () => {
    const claim = await addClosed('drawn');
    const { result, untilPrinted } = startPair(['drawn'], { screen: true });
    const pairing = await taken(claim);
    await show(claim, pairing, 'https://wa.me/#drawn');
    await untilPrinted('Ctrl-C cancels');
    const phone = pairing.phone ?? phoneNumber('');
    await end(claim, pairing, { kind: 'paired', phone });
    const { code, stdout, stderr } = await result;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^drawn is linked to \+15\*+\d\d\n$/);
    const lines = stderr.split('\n');
    expect(stderr).toContain('█');
    expect(stderr).not.toContain('wa.me');
    // Up by as many lines as were drawn, and cleared from there.
    expect(lines.at(-1)).toBe(`\u001B[${lines.length - 1}A\u001B[J`);
  });

  it('shows a code in two halves, for the number that was given', async () => {
    const claim = await addClosed('coded', { phone: null });
    const { result, untilPrinted } = startPair(['coded', '--code', '+15557770002'], {
      screen: true,
    });
    const pairing = await taken(claim);
    expect(pairing).toMatchObject({ method: 'code', phone: '+15557770002' });
    await show(claim, pairing, 'ABCD2345');
    await untilPrinted('ABCD-2345');
    await end(claim, pairing, { kind: 'failed', reason: 'the phone said no' });
    const { code, stderr } = await result;
    expect(code).toBe(1);
    expect(stderr).toContain('coded was not linked: the phone said no');
  });

  // Nobody waits any more: what was shown must link nothing.
  it('withdraws the request at Ctrl-C and when the time is over', async () => {
    const claim = await addClosed('withdrawn');
    const interrupted = new AbortController();
    const first = startPair(['withdrawn'], { interrupt: interrupted.signal });
    await show(claim, await taken(claim), 'https://wa.me/#3');
    await first.untilPrinted('#3');
    interrupted.abort();
    expect(await first.result).toMatchObject({ code: 130, stdout: 'https://wa.me/#3\n' });
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
    const second = await cli('pair', 'withdrawn', '--timeout', '1s');
    expect(second.code).toBe(6);
    expect(second.stderr).toContain('Nobody linked withdrawn in time');
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
  });

  // The operator would pair a device again that was just linked.
  it('says that it was linked when that happened in the moment of Ctrl-C', async () => {
    const claim = await addClosed('last-moment');
    const interrupted = new AbortController();
    const { result } = startPair(['last-moment'], { interrupt: interrupted.signal });
    await taken(claim);
    const other = await store.connect();
    await other.sql('begin');
    await other.sql("update pairings set state = 'paired' where device_id = $1", [claim.deviceId]);
    interrupted.abort();
    await untilWaiting(store);
    await other.sql('commit');
    await other.close();
    const { code, stdout } = await result;
    expect(code).toBe(0);
    expect(stdout).toContain('last-moment');
  });

  it('refuses what can not be done with the code of why, and says what to do', async () => {
    const open = await addOwnedDevice(store, { name: 'working' });
    expect(open.deviceId).toBeGreaterThan(0);
    await addClosed('resting', { desired_state: 'drained' });
    await addClosed('numberless', { phone: null });
    const cases = [
      [5, ['working'], 'is linked already'],
      [5, ['resting'], 'dripfleet resume resting'],
      [5, ['lines', '--code', '+15557779999'], 'registered for another number'],
      [5, ['numberless', '--code', '+15557770001'], 'another device has this number'],
      [2, ['numberless', '--code'], 'has none'],
      [2, ['numberless', '--code', '123'], 'country code'],
      [3, ['numberles'], 'did you mean numberless?'],
    ] as const;
    for (const [code, args, message] of cases) {
      const result = await cli('pair', ...args);
      expect(result).toMatchObject({ code, stdout: '' });
      expect(result.stderr).toContain(message);
    }
    const keyless = await runCli(['pair', 'numberless'], {
      env: { ...env, CREDENTIALS_KEY_FILE: '' },
    });
    expect(keyless.code).toBe(2);
    expect(keyless.stderr).toContain('CREDENTIALS_KEY_FILE: is not set');
  });

  it('gives way to a newer request of somebody else', async () => {
    const claim = await addClosed('contested');
    const { result } = startPair(['contested']);
    await taken(claim);
    const second = startPair(['contested', '--timeout', '1s']);
    const { code, stderr } = await result;
    expect(code).toBe(5);
    expect(stderr).toContain('somebody else asked for contested');
    await second.result;
  });

  // A mistyped name would end a session that works.
  it('asks before it forgets a session, where somebody can answer', async () => {
    const claim = await addClosed('linked', { session_state: 'closed' });
    const session = openCredentials({ db: store.db, keyring, claim });
    await session.write([{ kind: 'creds', id: 'self', value: 'x' }]);
    const refused = await runCli(['pair', 'linked'], { env, answers: ['n'] });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('linked has a stored session');
    expect(await findPairing(store.db, claim.deviceId)).toBeUndefined();
    const yes = await runCli(['pair', 'linked', '--timeout', '1s'], { env, answers: ['y'] });
    expect(yes.code).toBe(6);
    expect((await cli('pair', 'linked', '--timeout', '1s')).code).toBe(6);
    await store.sql("update devices set session_state = 'unpaired' where name = 'linked'");
    const unread = await runCli(['pair', 'linked'], { env, answers: ['n'] });
    expect(unread.stderr).toContain('which will be lost');
    await session.replace([]);
  });

  it('says so when no worker is running', async () => {
    await addClosed('lonely');
    await store.sql("update workers set last_heartbeat_at = now() - interval '1 h'");
    const { stderr } = await cli('pair', 'lonely', '--timeout', '1s');
    expect(stderr).toContain('No worker is running');
    await store.sql('update workers set last_heartbeat_at = now()');
  });
});

describe('dripfleet credentials', () => {
  it('never replaces a key file, and changes keys without losing a device', async () => {
    const claim = await addClosed('rotated');
    const session = openCredentials({ db: store.db, keyring, claim });
    await session.write([{ kind: 'creds', id: 'self', value: 'x' }]);
    const again = await cli('credentials', 'new-key');
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('exists already');
    expect((await cli('credentials', 'new-key', '--first', '-q')).code).toBe(0);
    const older = await cli('doctor');
    expect(older.stdout).toMatch(
      /! Key file .* 1 of them by an older key\n.*→ dripfleet credentials rotate/,
    );
    const rotated = await cli('credentials', 'rotate', '-o', 'json');
    expect(rotated).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(rotated.stdout)).toMatchObject({ rewrapped: 1, unreadable: [] });
    expect((await cli('doctor')).stdout).toMatch(/✓ Key file .* 1 devices/);
    const [key = ''] = (await readFile(keyFile, 'utf8')).split('\n').slice(2);
    for (const { stdout, stderr } of [older, rotated])
      expect(stdout + stderr).not.toContain(key.split(':')[1]);
  });

  it('names the devices that no key of the file opens, with 7, and so does doctor with its fix', async () => {
    const before = await readFile(keyFile, 'utf8');
    await writeFile(keyFile, `other:${randomBytes(32).toString('base64')}\n`);
    const rotated = await cli('credentials', 'rotate');
    expect(rotated.code).toBe(7);
    expect(rotated.stderr).toContain("rotated can't be read");
    const doctor = await cli('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/✗ Key file .* which is not in it\n.*→ put the key/);
    const without = await runCli(['doctor'], { env: { ...env, CREDENTIALS_KEY_FILE: undefined } });
    expect(without.stdout).toMatch(/! Key file .* 1 devices were not checked/);
    await writeFile(keyFile, before);
  });
});

describe('dripfleet device import-session', () => {
  it('refuses a folder with the file and the reason, and says where the device is run', async () => {
    await addClosed('taken-over');
    await writeFile(join(folder, 'creds.json'), '{');
    const refused = await cli('device', 'import-session', 'taken-over', folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/nothing was imported: (creds\.json|keys) in .* is n/);
    const missing = await cli('device', 'import-session', 'taken-over', '/nowhere');
    expect(missing.stderr).toContain('/nowhere does not exist');
  });
});
