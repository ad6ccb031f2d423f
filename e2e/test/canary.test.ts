import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyFile, openCredentials, openKeyring } from '@dripfleet/credentials';
import { deviceId, epoch, workerId } from '@dripfleet/domain';
import { startEmbedded } from '@dripfleet/embedded';
import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startDemo } from './demo-run.ts';

const devices = 4;
/** Tables that a thief of credentials would take; as text, the way a dump has them. */
const secretTables = ['device_credentials', 'device_keys', 'pairings'] as const;

/** Everything that Redis holds, keys included. */
async function readRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  try {
    const parts: string[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      const read: Record<string, () => Promise<unknown>> = {
        string: async () => await redis.get(key),
        list: async () => await redis.lrange(key, 0, -1),
        hash: async () => await redis.hgetall(key),
        set: async () => await redis.smembers(key),
        zset: async () => await redis.zrange(key, 0, -1, 'WITHSCORES'),
        stream: async () => await redis.xrange(key, '-', '+'),
      };
      parts.push(key, JSON.stringify(await read[type]?.()));
    }
    return parts.join('\n');
  } finally {
    redis.disconnect();
  }
}

async function dump(store: TestStore): Promise<string> {
  const tables = await Promise.all(
    secretTables.map(
      async (table) => await store.sql<{ row: string }>(`select t::text as row from ${table} t`),
    ),
  );
  return tables.flatMap((rows) => rows.map(({ row }) => row)).join('\n');
}

/** Each secret as text, as hex (Postgres writes bytea so), as base64, and as Node prints a buffer or its bytes. */
function forms(secret: Buffer | string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    ...(typeof secret === 'string' ? [secret] : []),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    ...(bytes.length < 16 ? [] : [spaced(bytes.subarray(0, 16)), bytes.subarray(0, 8).join(',')]),
  ];
}

/** As in `<Buffer 05 6f …>`. */
const spaced = (bytes: Buffer) => bytes.toString('hex').replace(/..(?!$)/g, '$& ');

/** The bytes of every key in the identities that the devices connected with. */
async function readSecrets(store: TestStore, keyFile: string): Promise<readonly Buffer[]> {
  const keyring = await openKeyring(keyFile);
  const rows = await store.sql<{ id: number }>('select id from devices');
  const identities = await Promise.all(
    rows.map(async ({ id }) => {
      const claim = { deviceId: deviceId(id), worker: workerId(''), epoch: epoch(0) };
      const read = await openCredentials({ db: store.db, keyring, claim }).read('creds', ['self']);
      return read.kind === 'read' ? (read.values.get('self') ?? '') : '';
    }),
  );
  return identities
    .flatMap((identity) => [...identity.matchAll(/"([A-Za-z0-9+/]{40,}={0,2})"/g)])
    .map(([, text]) => Buffer.from(text ?? '', 'base64'));
}

// Guards against the leak that nobody sees: a number, a text or a key in a log line, in Redis, or readable in a backup.
it('no phone number, text or credential is in the logs, in Redis, or readable in the tables of credentials', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dripfleet-canary-'));
  const keyFile = join(folder, 'credentials.key');
  await createKeyFile(keyFile);
  const servers = await startEmbedded({ postgres: false });
  const store = await openTestStore();
  try {
    const demo = startDemo(
      [
        '--transport',
        'baileys',
        '--devices',
        String(devices),
        '--contacts',
        '24',
        '--workers',
        '2',
        '--no-kill',
      ],
      {
        DATABASE_URL: store.url,
        REDIS_URL: servers.redisUrl,
        CREDENTIALS_KEY_FILE: keyFile,
        LOG_LEVEL: 'trace',
      },
    );
    // In the middle, when there are jobs.
    await demo.accepted(20);
    const inRedis = [await readRedis(servers.redisUrl)];
    const { code, output } = await demo.ended;
    expect(code).toBe(0);
    inRedis.push(await readRedis(servers.redisUrl));

    const secrets = await readSecrets(store, keyFile);
    expect(secrets.length).toBeGreaterThanOrEqual(devices * 8);
    const numbers = await store.sql<{ phone: string }>(
      'select phone from contacts union all select phone from devices',
    );
    const texts = await store.sql<{ body: string }>('select body from deliveries');
    expect(texts.length).toBe(72);
    const wrapping = readFileSync(keyFile, 'utf8').match(/[A-Za-z0-9+/]{43}=/g) ?? [];
    const canaries = [
      ...numbers.map(({ phone }) => phone.slice(1)),
      ...texts.map(({ body }) => body),
      ...secrets,
      ...wrapping.map((key) => Buffer.from(key, 'base64')),
    ].flatMap(forms);

    // What is looked for is there to be found, where it belongs.
    const [known] = await store.sql<{ row: string }>(
      'select c::text as row from contacts c limit 1',
    );
    expect(canaries.filter((canary) => known?.row.includes(canary))).not.toEqual([]);
    const places = { logs: output, redis: inRedis.join('\n'), tables: await dump(store) };
    for (const [place, content] of Object.entries(places)) {
      expect(content.length).toBeGreaterThan(1_000);
      const found = canaries.filter((canary) => content.includes(canary));
      expect({ place, found }).toEqual({ place, found: [] });
    }
  } finally {
    await store.close();
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
