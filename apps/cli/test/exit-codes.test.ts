import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  createTestRedis,
  runSql,
  type TestDatabase,
  type TestRedis,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOptions, runCli } from './run-cli.ts';

let database: TestDatabase;
let redis: TestRedis;
let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-codes-'));
  env = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  const files = {
    'welcome.yaml': "name: welcome\nsteps:\n  - key: hello\n    delay: 0s\n    text: 'Hi'\n",
    'broken.yaml': 'name: welcome\nsteps: []\n',
    'mixed.csv': 'phone,consent_source\n+15558110001,form\nnobody,form\n',
    'no-consent.csv': 'phone\n+15558110001\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (const args of [
    ['device', 'add', 'ana', 'owned'],
    ['sequence', 'apply', 'welcome.yaml'],
    ['suppress', '+15558110009'],
    ['key', 'add', 'taken', '--role', 'viewer'],
  ])
    expect((await cli(args)).code).toBe(0);
  await runSql(
    database.url,
    `with w as (insert into workers (id, host, build, capacity) values (gen_random_uuid(), 'a', 'test', 1) returning id)
     update devices set owner_worker_id = w.id from w where name = 'owned'`,
  );
});
afterAll(async () => {
  await Promise.all([database.drop(), redis.release()]);
  await rm(folder, { recursive: true });
});

const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, { env, cwd: folder, ...options });
const consent = ['--consent-source', 'form'];
const withoutRedis = () => ({ env: { ...env, REDIS_URL: 'redis://127.0.0.1:1' } });
const withoutPostgres = () => ({ env: { DATABASE_URL: 'postgres://x@127.0.0.1:1/x' } });
const asNobody = () => ({
  env: { DATABASE_URL: database.url.replace(/\/\/[^:@/]*/, '//no_such_user') },
});

/** What the contract promises to scripts, each by commands that end so. */
const promised: readonly (readonly [number, string, readonly string[], (() => CliOptions)?])[] = [
  [0, 'done', ['device', 'show', 'ana']],
  [0, 'done: nothing to list', ['device', 'ls', '--state', 'drained']],
  [0, 'done: it was so already', ['resume', 'ana']],
  [0, 'help', ['pause', '--help']],
  [0, 'version', ['--version']],
  [1, 'failed: a file with errors', ['sequence', 'lint', 'broken.yaml']],
  [1, 'failed: nothing was published', ['sequence', 'apply', 'broken.yaml']],
  [1, 'failed: a column is missing', ['import', 'welcome', 'no-consent.csv']],
  [1, 'failed: a check of doctor', ['doctor'], withoutRedis],
  [2, 'usage: no such command', ['nonsense']],
  [2, 'usage: no such option', ['stats', '--nonsense']],
  [2, 'usage: too much', ['stats', 'nonsense']],
  [2, 'usage: an option is missing', ['key', 'add', 'x']],
  [2, 'usage: no devices', ['drain']],
  [2, 'usage: no such choice', ['device', 'ls', '--state', 'nonsense']],
  [2, 'usage: no name', ['key', 'add', 'a b', '--role', 'viewer']],
  [2, 'usage: no number', ['suppress', 'nonsense']],
  [2, 'usage: no server is known', ['stats'], () => ({ env: {} })],
  [3, 'no such device', ['pause', 'nobody']],
  [3, 'no such sequence', ['sequence', 'show', 'nothing']],
  [3, 'no such key', ['key', 'revoke', 'nobody']],
  [3, 'no such file', ['sequence', 'apply', 'none.yaml']],
  [3, 'no such label', ['drain', '--label', 'team=none']],
  [4, 'not allowed', ['enroll', 'welcome', '--phone', '+15558110009', ...consent]],
  [4, 'login refused', ['stats'], asNobody],
  [5, 'conflict: it exists', ['device', 'add', 'ana']],
  [5, 'conflict: the name is taken', ['key', 'add', 'taken', '--role', 'viewer']],
  [5, 'conflict: no device to choose', ['import', 'welcome', 'mixed.csv', '--device-label', 'a=b']],
  [6, 'timed out', ['drain', 'owned', '--wait', '--timeout', '50ms']],
  [7, 'partly done', ['import', 'welcome', 'mixed.csv']],
  [8, 'no Postgres', ['device', 'ls'], withoutPostgres],
  [8, 'no Postgres', ['migrate'], withoutPostgres],
  [130, 'interrupted', ['drain', 'owned', '--wait'], () => ({ interrupt: AbortSignal.abort() })],
];

describe('a script goes by the exit code', () => {
  const rows = promised.map(([code, what, args, options]) => ({ code, what, args, options }));
  it.each(rows)('$code $what', async ({ code, args, options }) => {
    const result = await cli(args, options?.());
    // These print what they found or did, whatever it means.
    const isAnswered =
      [0, 6, 7, 130].includes(code) || ['doctor', 'lint'].some((word) => args.includes(word));
    expect(result).toMatchObject({ code });
    expect(isAnswered ? '' : result.stdout).toBe('');
    expect(isAnswered ? 'nothing is wrong' : result.stderr).not.toBe('');
  });
});

describe('without a terminal', () => {
  it.each([
    ['pause', '--all'],
    ['resume', '--all'],
    ['rollout', 'set', '100'],
    ['key', 'revoke', 'taken'],
  ])('%s %s asks nothing and colours nothing, whatever the environment says', async (...args) => {
    const forced = { ...env, FORCE_COLOR: '3', CLICOLOR_FORCE: '1' };
    const result = await cli(args, { env: forced });
    expect(result.code).toBe(0);
    const printed = `${result.stdout}${result.stderr}`;
    expect(printed).not.toContain('\u001B');
    expect(printed).not.toContain('?');
  });

  it('colours nothing in a table, and on a terminal nothing with NO_COLOR, TERM=dumb or --no-color', async () => {
    const escape = '\u001B';
    expect((await cli(['device', 'ls'])).stdout).not.toContain(escape);
    expect((await cli(['device', 'ls'], { screen: true })).stdout).toContain(escape);
    const plain = [
      await cli(['device', 'ls'], { screen: true, env: { ...env, NO_COLOR: '1' } }),
      await cli(['device', 'ls'], { screen: true, env: { ...env, TERM: 'dumb' } }),
      await cli(['device', 'ls', '--no-color'], { screen: true }),
    ];
    for (const { stdout } of plain) expect(stdout).not.toContain(escape);
  });
});
