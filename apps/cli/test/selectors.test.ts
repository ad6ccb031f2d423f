import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, runSql, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, runCli } from './run-cli.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-names-'));
  await cli(['device', 'add', 'ana', 'bia', '--label', 'team=br']);
  await cli(['device', 'add', 'caro', 'dani', '--label', 'team=mx']);
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await runSql(
    database.url,
    "update devices set desired_state = 'running', paused_until = null, session_state = 'closed'",
  );
});

const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, {
    // Redis is only told; nothing here listens.
    env: { DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1' },
    cwd: folder,
    ...options,
  });
const names = async (args: readonly string[], options?: CliOptions) =>
  (await cli([...args, '-o', 'name'], options)).stdout.trim().split('\n').filter(Boolean);
const set = async (name: string, columns: string) =>
  await runSql(database.url, `update devices set ${columns} where name = $1`, [name]);

describe('devices are selected', () => {
  it('by state and by session, with labels, and all must hold', async () => {
    await set('ana', "desired_state = 'paused'");
    await set('caro', "desired_state = 'paused', session_state = 'restricted'");
    expect(await names(['device', 'ls', '--state', 'paused'])).toEqual(['ana', 'caro']);
    expect(await names(['device', 'ls', '--state', 'paused', '--label', 'team=br'])).toEqual([
      'ana',
    ]);
    expect(await names(['device', 'ls', '--state', 'paused', '--session', 'restricted'])).toEqual([
      'caro',
    ]);
    expect(await names(['resume', '--state', 'paused', '--label', 'team=mx'])).toEqual(['caro']);
    expect(await names(['device', 'ls', '--state', 'running'])).toEqual(['bia', 'caro', 'dani']);
  });

  // By Postgres' clock, as everywhere: it sends again already.
  it('by a state that a pause whose time is over is not', async () => {
    await set('ana', "desired_state = 'paused', paused_until = now() - interval '1 s'");
    expect(await names(['pause', '--state', 'running', '--label', 'team=br'])).toEqual([
      'ana',
      'bia',
    ]);
    expect((await cli(['resume', '--state', 'draining'])).code).toBe(3);
  });

  it('by names in a file, beside those that are written out', async () => {
    await writeFile(join(folder, 'names.txt'), '# the old host\r\n\r\nana\r\n  bia  \nana\n');
    expect(await names(['pause', '-f', 'names.txt', 'dani'])).toEqual(['ana', 'bia', 'dani']);
    expect(await names(['device', 'ls', '--file', 'names.txt'])).toEqual(['ana', 'bia']);
  });

  it('by names that are piped in, as device ls prints them', async () => {
    const piped = (await cli(['device', 'ls', '--label', 'team=mx', '-o', 'name'])).stdout;
    expect(await names(['drain', '-f', '-'], { piped })).toEqual(['caro', 'dani']);
  });
});

// A narrowed selection leaves somebody waiting for devices that were never touched; a widened one stops a fleet.
describe('no selection means something else than it says', () => {
  it.each([
    ['pause', 'ana', '--state', 'running'],
    ['resume', '--all', '--session', 'closed'],
    ['drain', '--all', '--label', 'team=br'],
    ['device', 'ls', 'ana', '--label', 'team=br'],
  ])('%s %s %s %s is refused', async (...args) => {
    const result = await cli(args);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('not several of them');
  });

  it('a file without a name is neither nothing nor all', async () => {
    await writeFile(join(folder, 'empty.txt'), '\n# nobody\n');
    for (const [args, piped] of [
      [['drain', '-f', 'empty.txt'], undefined],
      [['drain', '-f', '-'], ''],
      [['device', 'ls', '-f', '-'], '\n'],
    ] as const) {
      const result = await cli(args, piped === undefined ? {} : { piped });
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain('names no device');
    }
    expect(await names(['device', 'ls', '--state', 'running'])).toHaveLength(4);
  });

  it('a file with a name that nobody has changes nothing, and the first ten are named', async () => {
    const wrong = Array.from({ length: 30 }, (_, index) => `nobody-${index}`);
    await writeFile(join(folder, 'wrong.txt'), ['ana', ...wrong].join('\n'));
    const result = await cli(['pause', '-f', 'wrong.txt']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr.trim().split('\n')).toHaveLength(11);
    expect(result.stderr).toContain('and 20 more');
    expect(await names(['device', 'ls', '--state', 'paused'])).toEqual([]);
  });

  it('a file that is not there, and a pipe that is none, say so', async () => {
    expect(await cli(['pause', '-f', 'none.txt'])).toMatchObject({ code: 3, stdout: '' });
    const typed = await cli(['pause', '-f', '-'], { answers: [] });
    expect(typed).toMatchObject({ code: 2, stdout: '' });
    expect(typed.stderr).toContain('nothing is piped in');
  });

  it('what nothing matches is said', async () => {
    const result = await cli(['pause', '--state', 'drained', '--session', 'open']);
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toContain('no device is drained and has a session that is open');
    expect(await cli(['device', 'ls', '--state', 'drained'])).toMatchObject({
      code: 0,
      stdout: '',
    });
  });
});
