import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestDatabase,
  createTestRedis,
  type TestDatabase,
  type TestRedis,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let database: TestDatabase;
let redis: TestRedis;
let folder: string;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-'));
  await cli('device', 'add', 'ana', 'bia', '--label', 'team=br');
  await writeFile(join(folder, 'welcome.yaml'), sequence('Hi!'));
  await cli('sequence', 'apply', 'welcome.yaml');
});
afterAll(async () => {
  await Promise.all([database.drop(), redis.release()]);
  await rm(folder, { recursive: true });
});

const cli = async (...args: string[]) =>
  await runCli(args, {
    env: { DATABASE_URL: database.url, REDIS_URL: redis.url },
    cwd: folder,
  });
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await cli(...args, '-o', 'json')).stdout);
const sequence = (text: string, name = 'welcome') =>
  `name: ${name}\nsteps:\n  - key: hello\n    delay: 0s\n    text: '${text}'\n`;
const consent = ['--consent-source', 'web form'];

describe('sequence', () => {
  it('publishes a file once, and shows what it published', async () => {
    expect(await json('sequence', 'apply', 'welcome.yaml')).toEqual({
      name: 'welcome',
      version: 1,
      result: 'unchanged',
    });
    expect(await json('sequence', 'show', 'welcome')).toMatchObject({
      name: 'welcome',
      version: 1,
      steps: [{ key: 'hello', delay_ms: 0, text: 'Hi!' }],
    });
    expect(await json('sequence', 'ls')).toMatchObject([{ name: 'welcome', status: 'active' }]);
  });

  it('refuses a file with its line, column and a fix, and publishes nothing of it', async () => {
    await writeFile(join(folder, 'bad.yaml'), `${sequence('x', 'bad')}send_window: {}\n`);
    const lint = await cli('sequence', 'lint', 'bad.yaml', '-o', 'json');
    expect(lint.code).toBe(1);
    expect(JSON.parse(lint.stdout)).toMatchObject([{ file: 'bad.yaml', line: 6, column: 1 }]);
    const apply = await cli('sequence', 'apply', 'bad.yaml');
    expect(apply).toMatchObject({ code: 1, stdout: '' });
    expect(apply.stderr).toContain('bad.yaml:6:1: error: "send_window" is not supported yet');
    expect((await cli('sequence', 'show', 'bad')).code).toBe(3);
    expect((await cli('sequence', 'lint', 'none.yaml')).code).toBe(3);
    expect((await cli('sequence', 'lint', 'welcome.yaml')).code).toBe(0);
  });

  it('is paused and resumed, and says when it was so already', async () => {
    expect((await cli('sequence', 'pause', 'welcome')).stdout).toBe('welcome is paused\n');
    expect((await cli('sequence', 'pause', 'welcome')).stdout).toBe('welcome is already paused\n');
    expect((await cli('sequence', 'resume', 'welcome')).code).toBe(0);
    expect((await cli('sequence', 'pause', 'welcom')).stderr).toContain('did you mean welcome?');
  });
});

describe('import', () => {
  it('enrolls a file once, however often it is repeated', async () => {
    const rows = Array.from(
      { length: 1_200 },
      (_, n) => `+1555800${String(n).padStart(4, '0')},form`,
    );
    await writeFile(join(folder, 'many.csv'), `phone,consent_source\n${rows.join('\n')}\n`);
    expect(await json('import', 'welcome', 'many.csv', '--dry-run')).toMatchObject({
      enrolled: 1_200,
      dry_run: true,
    });
    expect(await json('import', 'welcome', 'many.csv')).toEqual({
      sequence: 'welcome',
      rows: 1_200,
      enrolled: 1_200,
      already_enrolled: 0,
      repeated: 0,
      rejected: 0,
      rejected_file: null,
      devices: 2,
      dry_run: false,
    });
    expect(await json('import', 'welcome', 'many.csv')).toMatchObject({
      enrolled: 0,
      repeated: 1_200,
    });
  });

  it('writes what it rejects beside the file, for its owner only, and answers 7', async () => {
    await writeFile(
      join(folder, 'mixed.csv'),
      'phone,consent_source\n+15558110001,form\nnobody,form\n+15558110002,\n',
    );
    const result = await cli('import', 'welcome', 'mixed.csv', '-o', 'json');
    const rejected = join(folder, 'mixed.rejected.csv');
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({
      enrolled: 1,
      rejected: 2,
      rejected_file: rejected,
    });
    const lines = (await readFile(rejected, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('consent_source');
    expect((await stat(rejected)).mode & 0o077).toBe(0);
  });

  it('says what is missing: file, sequence, column, device', async () => {
    await writeFile(join(folder, 'no-consent.csv'), 'phone\n+15558120001\n');
    expect((await cli('import', 'welcome', 'none.csv')).code).toBe(3);
    expect((await cli('import', 'welcom', 'many.csv')).code).toBe(3);
    expect((await cli('import', 'welcome', 'no-consent.csv')).code).toBe(1);
    expect((await cli('import', 'welcome', 'many.csv', '--device-label', 'team=xx')).code).toBe(5);
  });
});

describe('one contact', () => {
  it('is enrolled once, leaves, and is not taken back against the sequence', async () => {
    const enroll = ['enroll', 'welcome', '--phone', '+15558200001', ...consent];
    expect(await json(...enroll, '--dry-run', '--device', 'bia')).toMatchObject({
      device: 'bia',
      dry_run: true,
    });
    expect(await json(...enroll, '--var', 'first_name=Ana')).toMatchObject({
      sequence: 'welcome',
      dry_run: false,
    });
    expect((await cli(...enroll)).code).toBe(5);
    expect((await cli('exit', 'welcome', '--phone', '+15558200001')).code).toBe(0);
    expect(await json('exit', 'welcome', '--phone', '+15558200001')).toMatchObject({
      result: 'not_running',
    });
    expect((await cli(...enroll)).code).toBe(4);
  });

  it('is never enrolled while its number is suppressed', async () => {
    expect(await json('suppress', '+15558200002')).toMatchObject({ result: 'suppressed' });
    expect((await cli('enroll', 'welcome', '--phone', '+15558200002', ...consent)).code).toBe(4);
    expect(await json('unsuppress', '+15558200002')).toMatchObject({ result: 'unsuppressed' });
    expect((await cli('enroll', 'welcome', '--phone', '+15558200002', ...consent)).code).toBe(0);
  });

  it('needs a number, consent and names that exist', async () => {
    const phone = ['--phone', '+15558200003'];
    expect((await cli('enroll', 'welcome', ...phone)).code).toBe(2);
    expect((await cli('enroll', 'welcome', ...consent)).code).toBe(2);
    expect((await cli('enroll', 'welcome', '--phone', '123', ...consent)).code).toBe(2);
    expect((await cli('enroll', 'welcom', ...phone, ...consent)).code).toBe(3);
    const typo = await cli('enroll', 'welcome', ...phone, ...consent, '--device', 'anna');
    expect(typo).toMatchObject({ code: 3 });
    expect(typo.stderr).toContain('did you mean ana?');
  });
});
