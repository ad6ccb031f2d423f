import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createTestDatabase, runSql, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let database: TestDatabase;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1' };
});
afterAll(async () => await database.drop());

const main = new URL('../src/main.ts', import.meta.url).pathname;

/** The command as a shell starts it, from source. */
function start(...args: string[]): ChildProcess {
  return spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@dripfleet/source', main, ...args],
    { env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

async function finished(child: ChildProcess) {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, ...texts };
}

describe('the process', () => {
  // An exit() right after the last write cuts a pipe off at 64 KiB.
  it('ends by itself after all of a large answer was written', async () => {
    await runCli(['device', 'add', '--count', '2000', '--prefix', 'p-'], { env });
    const { code, stdout, stderr } = await finished(start('device', 'ls', '-o', 'json'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.length).toBeGreaterThan(500_000);
    expect(JSON.parse(stdout)).toHaveLength(2_000);
  });

  it('is content when its reader has seen enough', async () => {
    const child = start('device', 'ls', '-o', 'json');
    child.stdout?.destroy();
    expect(await finished(child)).toMatchObject({ code: 0, stderr: '' });
  });

  it('prints help on stdout with 0, and errors on stderr with their code', async () => {
    const [help, unreachable] = await Promise.all([
      finished(start('pause', '--help')),
      finished(start('nonsense')),
    ]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('Examples:');
    expect(unreachable).toMatchObject({ code: 2, stdout: '' });
  });

  it('stops waiting at Ctrl-C, says so, and leaves the drain running', async () => {
    await runCli(['device', 'add', 'slow'], { env });
    await runSql(
      database.url,
      `with w as (insert into workers (id, host, build, capacity) values (gen_random_uuid(), 'a', 'test', 1) returning id)
       update devices set owner_worker_id = w.id from w where name = 'slow'`,
    );
    const child = start('drain', 'slow', '--wait');
    const result = finished(child);
    let seen = '';
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        seen += chunk.toString();
        if (seen.includes('waiting for')) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stderr } = await result;
    expect(code).toBe(130);
    expect(stderr).toContain('Stopped waiting for slow. What was asked for goes on.');
    const [row] = await runSql(
      database.url,
      "select desired_state from devices where name = 'slow'",
    );
    expect(row).toEqual({ desired_state: 'draining' });
  });
});
