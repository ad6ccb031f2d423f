import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeyring, sealChallenge } from '@dripfleet/credentials';
import { durationMs, phoneNumber } from '@dripfleet/domain';
import { concludePairing, findPairing, showChallenge } from '@dripfleet/store';
import {
  addDelivery,
  addOwnedDevice,
  addRun,
  addSequence,
  createTestRedis,
  openTestStore,
  runSql,
  type TestRedis,
  type TestStore,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliOptions, runCli } from './run-cli.ts';
import { addTo, describeShape, newShape, type Shape } from './shape.ts';

let store: TestStore;
let redis: TestRedis;
let folder: string;
let env: NodeJS.ProcessEnv;
const shapes = new Map<string, Shape>();

beforeAll(async () => {
  [store, redis] = await Promise.all([openTestStore(), createTestRedis()]);
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-shapes-'));
  env = {
    DATABASE_URL: store.url,
    REDIS_URL: redis.url,
    CREDENTIALS_KEY_FILE: join(folder, 'keys'),
  };
});
afterAll(async () => {
  await Promise.all([store.close(), redis.release()]);
  await rm(folder, { recursive: true });
});

const write = async (name: string, text: string) => await writeFile(join(folder, name), text);
const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, { env, cwd: folder, ...options });

/** Runs a command for programs, and adds what it answers to what its name answers; `code` is what it may end with. */
async function record(name: string, rest: readonly string[] = [], code = 0): Promise<unknown> {
  const { stdout, ...ended } = await cli([...name.split(' '), ...rest, '-o', 'json']);
  expect({ name, rest, code: ended.code }).toEqual({ name, rest, code });
  // No terminal: no colour, and nobody is asked.
  const printed = `${stdout}${ended.stderr}`;
  expect(printed).not.toContain('\u001B');
  expect(printed).not.toMatch(/\[y\/N\]|Type the number|Which\?/);
  const answer = JSON.parse(stdout) as unknown;
  add(name, answer);
  return answer;
}

function add(name: string, answer: unknown): void {
  const shape = shapes.get(name) ?? newShape();
  shapes.set(name, shape);
  addTo(shape, answer);
}

async function recordSetup(): Promise<void> {
  const url = new URL(store.url);
  const bare = `${url.pathname.slice(1)}_bare`;
  await runSql(store.url, `create database ${bare}`);
  url.pathname = `/${bare}`;
  const { stdout } = await cli(['migrate', '-o', 'json'], { env: { DATABASE_URL: url.href } });
  add('migrate', JSON.parse(stdout));
  await runSql(store.url, `drop database ${bare} with (force)`);
  await record('credentials new-key');
  await record('credentials rotate');
  await record('key add', ['ana', '--role', 'operator', '--expires', '90d']);
  await record('key add', ['grafana', '--role', 'viewer']);
  await store.sql("update api_keys set last_used_at = now() where name = 'ana'");
  await record('key revoke', ['grafana']);
  await record('key ls');
}

async function recordSequences(): Promise<void> {
  const step = "  - key: hello\n    delay: 0s\n    text: 'Hi {{ first_name }}'\n";
  const media = `${step}    media: { type: image, url: "https://example.com/a.png" }\n`;
  await write('welcome.yaml', `name: welcome\nsteps:\n${step}`);
  await write('pictures.yaml', `name: pictures\nsteps:\n${media}`);
  await write('bad.yaml', `name: bad\nsend_window: {}\nsteps:\n${step}`);
  await record('sequence apply', ['welcome.yaml']);
  await record('sequence apply', ['pictures.yaml']);
  await record('sequence lint', ['bad.yaml'], 1);
  await record('sequence pause', ['welcome']);
  await record('sequence resume', ['welcome']);
}

async function recordDevices(): Promise<void> {
  await record('device add', ['ana', 'bia', 'caro', '--label', 'team=br']);
  await record('device set', [
    'ana',
    '--phone',
    '+15556660001',
    '--cap',
    '80/1h',
    '--gap',
    '5s-9s',
  ]);
  await record('device set', ['bia', '--phone', '+15556660002']);
  await record('device rm', ['caro']);
  await record('pause', ['ana', '--for', '2h', '--reason', 'new SIM']);
  await record('resume', ['ana']);
  await record('drain', ['bia']);
  await record('resume', ['bia']);
  await record('rollout get');
  await record('rollout set', ['100']);
}

async function recordContacts(): Promise<void> {
  const consent = ['--consent-source', 'form'];
  const phone = ['--phone', '+15558800001'];
  await write('contacts.csv', 'phone,consent_source\n+15558800009,form\nnobody,form\n');
  await record('import', ['welcome', 'contacts.csv', '--dry-run'], 7);
  await record('import', ['welcome', 'contacts.csv'], 7);
  await write('fine.csv', 'phone,consent_source\n+15558800008,form\n');
  await record('import', ['welcome', 'fine.csv']);
  await record('enroll', ['welcome', ...phone, ...consent, '--dry-run']);
  await record('enroll', ['welcome', ...phone, ...consent]);
  await record('explain', ['welcome', ...phone]);
  await record('exit', ['welcome', ...phone]);
  await record('explain', ['welcome', ...phone]);
  await record('suppress', ['+15558800002']);
  await record('unsuppress', ['+15558800002']);
}

/** A device at work, with a message that waits for an operator, and one in each hand. */
async function recordWork(): Promise<void> {
  const { deviceId, worker } = await addOwnedDevice(store, {
    name: 'busy',
    session_state: 'restricted',
    state_reason: '463',
    restriction: 'new_contacts',
    restricted_until: new Date(Date.now() + 3_600_000),
    desired_state: 'paused',
    desired_reason: 'look into it',
    paused_until: new Date(Date.now() + 3_600_000),
    labels: JSON.stringify({ team: 'br' }),
  });
  const sequence = await addSequence(store, { name: 'letters' });
  const phone = '+15558800020';
  const held = await addRun(store, deviceId, {
    sequence_id: sequence,
    dispatch_state: 'held',
    contact: { phone },
  });
  const concluded = { concluded_at: new Date(), error_class: 'account', error_code: '463' };
  await addDelivery(store, held, { state: 'failed', ...concluded });
  const hand = { assigned_worker_id: worker, worker_assigned_at: new Date() };
  const other = await addRun(store, deviceId, {
    sequence_id: sequence,
    dispatch_state: 'queued',
    ...hand,
  });
  await addDelivery(store, other, {
    step_key: 'tip',
    message_id: '3EB0F',
    state: 'sent',
    concluded_at: new Date(),
    acked_at: new Date(),
    delivered_at: new Date(),
    read_at: new Date(),
  });
  await addRun(store, deviceId, { sequence_id: sequence, contact: { phone: '+15558800021' } });
  await record('device ls');
  await record('device show', ['busy']);
  await record('device show', ['ana']);
  await record('sequence ls');
  await record('sequence show', ['welcome']);
  await record('sequence show', ['pictures']);
  await record('stats');
  await record('top');
  await record('explain', ['letters', '--phone', phone]);
  await record('retry', ['--state', 'failed']);
  await store.sql(
    "update deliveries set state = 'failed', error_class = 'account', error_code = '463' where state = 'ready'",
  );
  await store.sql("update sequence_contacts set dispatch_state = 'held' where id = $1", [held.id]);
  const { stdout } = await cli(['retry', '--state', 'failed', '--dry-run', '-o', 'json']);
  add('retry --dry-run', JSON.parse(stdout));
  await record('doctor');
}

async function recordSessions(): Promise<void> {
  const claim = await addOwnedDevice(store, {
    name: 'lines',
    phone: null,
    session_state: 'unpaired',
  });
  const { deviceId } = claim;
  const running = cli(['pair', 'lines', '-o', 'json'], {
    onPrinted: ({ stdout }) => stdout.includes('wa.me') && void conclude(),
  });
  let pairing = await findPairing(store.db, deviceId);
  while (!pairing) pairing = await findPairing(store.db, deviceId);
  const { requestedAt } = pairing;
  const conclude = async () =>
    await concludePairing(store.db, claim, {
      requestedAt,
      end: { kind: 'paired', phone: phoneNumber('+15557770001') },
    });
  const keyring = await openKeyring(join(folder, 'keys'));
  const challenge = await sealChallenge(keyring, { deviceId, requestedAt }, 'https://wa.me/#1');
  await showChallenge(store.db, claim, { requestedAt, challenge, ttl: durationMs(60_000) });
  const { stdout } = await running;
  for (const line of stdout.trim().split('\n')) add('pair', JSON.parse(line));

  const session = join(folder, 'session');
  await mkdir(session);
  const key = { type: 'Buffer', data: Buffer.alloc(32, 1).toString('base64') };
  const pair = { public: key, private: key };
  await write(
    'session/creds.json',
    JSON.stringify({
      noiseKey: pair,
      pairingEphemeralKeyPair: pair,
      signedIdentityKey: pair,
      signedPreKey: { keyPair: pair, signature: key, keyId: 1 },
      registrationId: 42,
      advSecretKey: 'c2VjcmV0',
      nextPreKeyId: 31,
      firstUnuploadedPreKeyId: 31,
      account: { details: 'x' },
      me: { id: '15556660002:7@s.whatsapp.net', lid: '99887766:7@lid' },
      registered: false,
    }),
  );
  await write('session/pre-key-1.json', JSON.stringify(pair));
  await record('device import-session', ['bia', session]);
}

// Other programs read these: a key that is gone, or that means another type, breaks them in silence.
// After a change: npx vitest run --project integration apps/cli/test/json-shapes.test.ts -u
it('-o json has the keys and types that it had', async () => {
  await recordSetup();
  await recordSequences();
  await recordDevices();
  await recordContacts();
  await recordWork();
  await recordSessions();
  const described = Object.fromEntries(
    [...shapes]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, shape]) => [name, describeShape(shape)]),
  );
  await expect(`${JSON.stringify(described, null, 2)}\n`).toMatchFileSnapshot('json-shapes.json');
});

it('no command is left out', async () => {
  const reference = await readFile(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const commands = reference
    .split(/^## /m)
    .filter((section) => section.includes('Usage:') && !section.includes('\nCommands:\n'))
    .map((section) => /^`dripfleet ([^`]+)`/.exec(section)?.[1]);
  expect(commands.length).toBeGreaterThan(30);
  const printsNoJson = ['completion'];
  expect(commands.filter((name) => !shapes.has(name ?? ''))).toEqual(printsNoJson);
});

it.each(['device ls', 'sequence ls', 'key ls'])(
  '%s -o jsonl is the same, an object a line',
  async (name) => {
    const args = name.split(' ');
    const { stdout } = await cli([...args, '-o', 'json']);
    const lines = (await cli([...args, '-o', 'jsonl'])).stdout.trim().split('\n');
    const items = JSON.parse(stdout) as { owner?: { heartbeat_age_ms: number } }[];
    expect(lines).toHaveLength(items.length);
    const names = (all: readonly unknown[]) => all.map((one) => (one as { name: string }).name);
    expect(names(lines.map((line) => JSON.parse(line) as unknown))).toEqual(names(items));
  },
);
