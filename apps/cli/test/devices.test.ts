import {
  createTestDatabase,
  createTestRedis,
  runSql,
  type TestDatabase,
  type TestRedis,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliResult, runCli } from './run-cli.ts';

let database: TestDatabase;
let redis: TestRedis;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  env = { DATABASE_URL: database.url, REDIS_URL: redis.url };
});
afterAll(async () => await Promise.all([database.drop(), redis.release()]));

const cli = async (...args: string[]): Promise<CliResult> => await runCli(args, { env });
const json = async (...args: string[]): Promise<unknown> => {
  const { stdout, stderr } = await cli(...args, '-o', 'json');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

describe('device', () => {
  it('adds a series, lists it, and prints each format on stdout alone', async () => {
    const add = await cli(
      'device',
      'add',
      '--count',
      '3',
      '--prefix',
      'demo-',
      '--phone',
      '+15550000001',
      '--cap',
      '12/10s',
    );
    expect(add).toEqual({ code: 0, stdout: 'ADDED\ndemo-001\ndemo-002\ndemo-003\n', stderr: '' });
    expect((await cli('device', 'ls', '-o', 'name')).stdout).toBe('demo-001\ndemo-002\ndemo-003\n');
    expect((await cli('-q', 'device', 'ls')).stdout).toBe('demo-001\ndemo-002\ndemo-003\n');
    expect((await cli('device', 'ls', '-o', 'jsonl')).stdout.trim().split('\n')).toHaveLength(3);
    expect(await json('device', 'ls', 'demo-002')).toEqual([
      {
        name: 'demo-002',
        id: expect.any(Number),
        phone: '+15*******02',
        labels: {},
        state: 'running',
        reason: null,
        paused_until: null,
        session_state: 'closed',
        session_reason: null,
        session_since: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        restriction: null,
        restricted_until: null,
        session_advice: null,
        pacing: { caps: [{ max: 12, window_ms: 10_000 }] },
        owner: null,
        queued: 0,
        sending: 0,
      },
    ]);
  });

  // Numbers end up in terminals, tickets and logs of scripts.
  it('prints a number in full only when asked to, whatever the format', async () => {
    await cli('device', 'add', 'private', '--phone', '+15557654321');
    for (const format of ['table', 'json', 'jsonl'])
      for (const command of [['ls'], ['show', 'private']]) {
        const masked = await cli('device', ...command, '-o', format);
        expect(masked.stdout).not.toContain('7654321');
      }
    expect((await cli('device', 'show', 'private', '--show-phones')).stdout).toContain(
      '+15557654321',
    );
  });

  it('ends show with what to do next', async () => {
    await cli('device', 'add', 'resting', '--phone', '+15550000077');
    await cli('pause', 'resting', '--reason', 'new SIM');
    const { stdout } = await cli('device', 'show', 'resting');
    expect(stdout).toContain('paused: new SIM');
    expect(stdout).toMatch(
      /What to do next\n {2}To let it send again: dripfleet resume resting\n$/,
    );
  });

  it('answers with the exit code of what went wrong, and says it on stderr alone', async () => {
    await cli('device', 'add', 'here');
    const failures = [
      [3, ['device', 'show', 'heer'], 'did you mean here?'],
      [5, ['device', 'add', 'here'], 'exists already'],
      [2, ['device', 'add', 'not ok'], 'is no name for a device'],
      [2, ['device', 'add'], 'name the devices'],
      [2, ['device', 'add', 'x', '--cap', '80'], 'such as 80/1h'],
      [2, ['device', 'add', 'x', '--label', 'team'], 'team=br'],
      [2, ['device', 'set', 'here'], 'nothing to change'],
      [2, ['device', 'lss'], 'Did you mean ls?'],
      [2, ['device', 'ls', '--sesion', 'open'], 'Did you mean --session?'],
      [2, ['device', 'ls', '-o', 'yaml'], 'Allowed choices'],
      [2, ['pause'], 'which devices?'],
      [2, ['pause', 'here', '--all'], 'not several'],
      [2, ['pause', 'here', '--for', '2'], 'Write a time'],
      [3, ['pause', '--label', 'team=none'], 'no device has the label'],
      [2, ['pasue', 'here'], 'Did you mean pause?'],
    ] as const;
    for (const [code, args, message] of failures) {
      const result = await cli(...args);
      expect(result).toMatchObject({ code, stdout: '' });
      expect(result.stderr).toContain(message);
      expect(result.stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('sets and clears the pacing of a device, and removes it', async () => {
    await cli('device', 'add', 'tuned', '--label', 'team=br');
    const set = await cli(
      'device',
      'set',
      'tuned',
      '--cap',
      '40/1h',
      '--cap',
      '200/1d',
      '--gap',
      '1s-2s',
      '--unlabel',
      'team',
    );
    expect(set).toEqual({ code: 0, stdout: 'tuned changed\n', stderr: '' });
    expect(await json('device', 'show', 'tuned')).toMatchObject({
      labels: {},
      pacing: {
        caps: [
          { max: 40, window_ms: 3_600_000 },
          { max: 200, window_ms: 86_400_000 },
        ],
        gap: { min_ms: 1_000, max_ms: 2_000 },
        own: ['caps', 'gap'],
      },
    });
    await cli('device', 'set', 'tuned', '--clear-caps');
    expect(await json('device', 'show', 'tuned')).toMatchObject({
      pacing: { caps: [{ max: 80, window_ms: 3_600_000 }], own: ['gap'] },
    });
    expect((await cli('device', 'rm', 'tuned')).code).toBe(0);
    expect((await cli('device', 'show', 'tuned')).code).toBe(3);
  });

  it('leaves who did it in the audit', async () => {
    await cli('device', 'add', 'noted');
    expect(
      await runSql(
        database.url,
        "select actor from operator_actions where object = 'device:noted'",
      ),
    ).toEqual([{ actor: 'tester@host' }]);
  });
});

describe('stats', () => {
  it('has the keys of the contract', async () => {
    const stats = await json('stats');
    expect(stats).toMatchObject({
      active_workers: 0,
      total_processed: 0,
      average_process_ms: null,
      error_rate: null,
    });
    expect(stats).toHaveProperty('queue_depth.demo-001', 0);
  });
});

describe('doctor', () => {
  it('passes with servers, and fails with exit code 1 and a fix without', async () => {
    const healthy = await cli('doctor');
    expect(healthy).toMatchObject({ code: 0, stderr: '' });
    expect(healthy.stdout).toContain('✓ Migrations');
    const sick = await runCli(['doctor', '-o', 'json'], { env: { DATABASE_URL: database.url } });
    expect(sick.code).toBe(1);
    expect(JSON.parse(sick.stdout)).toMatchObject({
      ok: false,
      checks: expect.arrayContaining([
        expect.objectContaining({ name: 'Redis', status: 'failed', fix: expect.any(String) }),
      ]),
    });
  });
});
