import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, runSql, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const writeEndpoints = async (text: string) => {
  await mkdir(join(folder, '.dripfleet'), { recursive: true });
  await writeFile(join(folder, '.dripfleet', 'endpoints.json'), text);
};
const nobody = 'postgres://someone:secret@127.0.0.1:1/none';

describe('the servers', () => {
  it('are named in the message when no URL is known', async () => {
    const result = await runCli(['device', 'ls']);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain('DATABASE_URL: is not set');
  });

  // Found out after the change, the workers would not have been told of it.
  it('must both be known before a device is changed', async () => {
    await runCli(['device', 'add', 'whole'], { env: { DATABASE_URL: database.url } });
    const result = await runCli(['pause', 'whole'], { env: { DATABASE_URL: database.url } });
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toContain('REDIS_URL: is not set');
    const [row] = await runSql(
      database.url,
      "select desired_state from devices where name = 'whole'",
    );
    expect(row).toEqual({ desired_state: 'running' });
  });

  it('that npm start keeps are used in its folder, unless the environment names others', async () => {
    await writeEndpoints(JSON.stringify({ databaseUrl: database.url, redisUrl: 'redis://x' }));
    const found = await runCli(['device', 'ls', '-v'], { cwd: folder });
    expect(found.code).toBe(0);
    expect(found.stderr).toContain(join(folder, '.dripfleet', 'endpoints.json'));
    const given = await runCli(['device', 'ls'], { cwd: folder, env: { DATABASE_URL: nobody } });
    expect(given.code).toBe(8);
  });

  it('can not be read from a damaged file', async () => {
    await writeEndpoints('{"databaseUrl":');
    const result = await runCli(['device', 'ls'], { cwd: folder });
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toContain('endpoints.json');
  });

  it('are said to be out of reach, without a stack and without the password', async () => {
    for (const args of [['device', 'ls'], ['stats'], ['migrate'], ['sequence', 'ls']]) {
      const result = await runCli(args, { env: { DATABASE_URL: nobody } });
      expect(result).toMatchObject({ code: 8, stdout: '' });
      expect(result.stderr).toMatch(
        /^dripfleet: Postgres at 127\.0\.0\.1:1 can't be reached .*\n$/,
      );
    }
    const debug = await runCli(['stats'], { env: { DATABASE_URL: nobody, LOG_LEVEL: 'debug' } });
    expect(debug.stderr).toMatch(/\n\s+at /);
    expect(debug.stderr).not.toContain('secret');
  });

  it('are migrated once, and a database that was not says so', async () => {
    const name = `${new URL(database.url).pathname.slice(1)}_bare`;
    await runSql(database.url, `create database ${name}`);
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    const env = { DATABASE_URL: url.href };
    try {
      const before = await runCli(['device', 'ls'], { env });
      expect(before).toMatchObject({ code: 1, stdout: '' });
      expect(before.stderr).toContain('dripfleet migrate');
      const first = await runCli(['migrate', '-o', 'jsonl'], { env });
      expect(first.stdout).toContain('{"applied":"0001_schema"}\n');
      expect(await runCli(['migrate'], { env })).toEqual({
        code: 0,
        stdout: '',
        stderr: 'Nothing to do: the database is up to date.\n',
      });
      expect((await runCli(['device', 'ls'], { env })).code).toBe(0);
    } finally {
      await runSql(database.url, `drop database ${name} with (force)`);
    }
  });
});
