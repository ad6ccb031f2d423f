import { controlChannel, openRedis, Subscriptions } from '@dripfleet/fleet';
import { nudgeChannel } from '@dripfleet/queue';
import {
  createTestDatabase,
  createTestRedis,
  runSql,
  type TestDatabase,
  type TestRedis,
} from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from './run-cli.ts';

let database: TestDatabase;
let redis: TestRedis;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  env = { DATABASE_URL: database.url, REDIS_URL: redis.url };
  // Channels are the Redis server's, shared with other test files: ids that are ours alone.
  await runSql(database.url, 'alter table devices alter column id restart with 987001');
});
afterAll(async () => await Promise.all([database.drop(), redis.release()]));

const cli = async (...args: string[]) => await runCli(args, { env });
const statesOf = async (...names: string[]) => {
  const { stdout } = await cli('device', 'ls', ...names, '-o', 'json');
  return (JSON.parse(stdout) as { state: string }[]).map(({ state }) => state);
};

/** Makes a live worker the owner, so that a drain waits for it. */
async function own(name: string): Promise<void> {
  await runSql(
    database.url,
    `with w as (insert into workers (id, host, build, capacity) values (gen_random_uuid(), 'host-a', 'test', 1) returning id)
     update devices set owner_worker_id = w.id, owner_epoch = 1 from w where name = $1`,
    [name],
  );
}

const disown = async (name: string) =>
  await runSql(database.url, 'update devices set owner_worker_id = null where name = $1', [name]);

describe('pause, resume and drain', () => {
  it('tell the workers of what changed, and the schedulers of what may be due', async () => {
    const connection = openRedis(redis.url, { connectionName: 'test', use: 'subscriptions' });
    const heard: string[] = [];
    const subscriptions = new Subscriptions(connection);
    for (const channel of [controlChannel, nudgeChannel])
      subscriptions.subscribe(channel, (message) => {
        if (message.includes('987')) heard.push(`${channel} ${message}`);
      });
    // Answered after the subscriptions, on the same connection.
    await connection.ping();
    await cli('device', 'add', 'told');
    const { stdout } = await cli('device', 'ls', 'told', '-o', 'json');
    const [{ id }] = JSON.parse(stdout) as [{ id: number }];
    await cli('pause', 'told');
    await cli('pause', 'told');
    await cli('resume', 'told');
    await vi.waitFor(() =>
      expect(heard).toEqual([
        `${controlChannel} [${id}]`,
        `${controlChannel} [${id}]`,
        `${nudgeChannel} [${id}]`,
      ]),
    );
    connection.disconnect();
  });

  // Postgres is the authority: an operator must be able to stop a device while Redis is down.
  it('hold without Redis, and say so on stderr', async () => {
    await cli('device', 'add', 'cut-off');
    const result = await runCli(['pause', 'cut-off', '-o', 'json'], {
      env: { ...env, REDIS_URL: 'redis://127.0.0.1:1' },
    });
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("Redis can't be reached");
    expect(JSON.parse(result.stdout)).toMatchObject([{ name: 'cut-off', result: 'changed' }]);
    expect(await statesOf('cut-off')).toEqual(['paused']);
  });

  it('say that a repeated one changed nothing', async () => {
    await cli('device', 'add', 'again');
    await cli('pause', 'again', '--for', '2h');
    expect((await cli('resume', 'again')).stdout).toMatch(/again +running +closed/);
    expect((await cli('resume', 'again')).stdout).toMatch(/again +already running +closed/);
    expect((await cli('drain', 'again')).stdout).toMatch(/again +drained/);
    expect((await cli('drain', 'again')).stdout).toMatch(/again +already drained/);
    expect((await cli('pause', 'again')).stderr).toContain('drained, which is stronger');
  });

  it('wait when asked to, and answer 6 when it takes too long', async () => {
    await cli('device', 'add', 'slow', 'quick');
    await own('slow');
    const slow = await cli('drain', 'slow', '--wait', '--timeout', '300ms');
    expect(slow).toMatchObject({ code: 6 });
    expect(slow.stderr).toContain('waiting for 1 device');
    expect(slow.stderr).toContain('Not done in time: slow');
    expect(await cli('drain', 'quick', '--wait')).toMatchObject({ code: 0 });
    expect(await cli('pause', 'quick', '--wait', '--timeout', '300ms')).toMatchObject({ code: 0 });
  });

  it('draw how far the wait has come on a terminal, and take it away before the last word', async () => {
    await cli('device', 'add', 'far', 'near');
    await own('far');
    await own('near');
    const interrupt = new AbortController();
    const { code, stderr } = await runCli(['drain', 'far', 'near', '-y', '--wait'], {
      env,
      screen: true,
      interrupt: interrupt.signal,
      onPrinted: (texts) => {
        if (texts.stderr.includes('waiting for 1 device,')) interrupt.abort();
        else if (texts.stderr.includes('waiting for 2 devices,')) void disown('near');
      },
    });
    expect(code).toBe(130);
    const half = `[${'='.repeat(12)}${' '.repeat(12)}]`;
    expect(stderr).toContain(`\r${half} waiting for 1 device, 0 in flight\u001B[K`);
    expect(stderr).toContain('\r\u001B[K! Stopped waiting for far.');
  });
});

/** At a terminal, where somebody answers. */
const ask = async (answers: string[], ...args: string[]) => await runCli(args, { env, answers });

describe('several devices at once', () => {
  it('are confirmed on a terminal, and nothing is changed without a yes', async () => {
    await cli('device', 'add', 'two-a', 'two-b', '--label', 'group=two');
    const refused = await ask(['n'], 'pause', '--label', 'group=two');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('Pause 2 devices? [y/N]');
    expect(await statesOf('two-a', 'two-b')).toEqual(['running', 'running']);
    expect((await ask(['y'], 'pause', '--label', 'group=two')).code).toBe(0);
    expect(await statesOf('two-a', 'two-b')).toEqual(['paused', 'paused']);
  });

  it('over a hundred need the number typed', async () => {
    await cli('device', 'add', '--count', '101', '--prefix', 'many-', '--label', 'group=many');
    const yes = await ask(['y'], 'drain', '--label', 'group=many');
    expect(yes).toMatchObject({ code: 1 });
    expect(yes.stderr).toContain('Type the number');
    expect((await ask(['101'], 'pause', '--label', 'group=many')).code).toBe(0);
  });

  it('are not asked about for one device, with -y, or without a terminal', async () => {
    await cli('device', 'add', 'one', 'other', '--label', 'group=three');
    expect((await ask([], 'pause', 'one')).code).toBe(0);
    expect((await ask([], 'resume', '-y', '--label', 'group=three')).code).toBe(0);
    expect((await cli('pause', '--label', 'group=three')).code).toBe(0);
  });
});

describe('rollout', () => {
  it('says who serves how many devices, and warns of those that nobody does', async () => {
    await cli('device', 'add', 'rolled-1', 'rolled-2', 'rolled-3');
    const shares = async () => {
      const { stdout } = await cli('rollout', 'get', '-o', 'json');
      return JSON.parse(stdout) as { percent: number; engines: { devices: number }[] };
    };
    expect(await shares()).toMatchObject({ percent: 100 });
    const set = await cli('rollout', 'set', '0');
    expect(set).toMatchObject({ code: 0 });
    expect(set.stderr).toContain('100 % → 0 %');
    expect(set.stderr).toContain('start a worker with ENGINE=direct');
    const { percent, engines } = await shares();
    expect([percent, engines[0]?.devices]).toEqual([0, 0]);
    expect((await cli('rollout', 'set', '100')).stdout).toContain('100 % of the devices');
    expect((await shares()).engines[1]?.devices).toBe(0);
  });

  it.each(['101', '-1', 'half', '1.5'])('refuses the share %s', async (share) => {
    const refused = await cli('rollout', 'set', '--', share);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('0 to 100');
  });
});
