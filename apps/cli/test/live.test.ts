import { createTestDatabase, runSql, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOptions, type CliResult, runCli } from './run-cli.ts';

let database: TestDatabase;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  database = await createTestDatabase();
  env = { DATABASE_URL: database.url, REDIS_URL: 'redis://127.0.0.1:1', NO_COLOR: '1' };
  await runCli(['device', 'add', 'ana', 'bia', 'caro'], { env });
  await runSql(
    database.url,
    `with w as (insert into workers (id, host, build, capacity) values (gen_random_uuid(), 'host-a', 'test', 9) returning id)
     update devices set owner_worker_id = w.id, session_state = 'open' from w where name = 'bia'`,
  );
  await addRuns('bia', 'queued', 3);
  await addRuns('caro', 'idle', 2);
});
afterAll(async () => await database.drop());

let people = 0;

async function addRuns(device: string, state: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    people += 1;
    await runSql(
      database.url,
      `with s as (insert into sequences (name, current_version) values ('of-' || $3, 1) returning id),
            v as (insert into sequence_versions (sequence_id, version, definition) select id, 1, '{}' from s),
            c as (insert into contacts (phone) values ('+1555000' || $3) returning id)
       insert into sequence_contacts (sequence_id, version, contact_id, device_id, next_step_key, next_trigger_time, dispatch_state)
       select s.id, 1, c.id, d.id, 'hello', now() - interval '1 min', $2 from s, c, devices d where d.name = $1`,
      [device, state, String(1_000 + people)],
    );
  }
}

const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, { env, ...options });

/** At a terminal: what to press or to do, each once what was printed since the one before holds the text beside it. */
async function atTerminal(
  args: readonly string[],
  then: readonly (readonly [string, string | (() => Promise<unknown>)])[],
): Promise<CliResult> {
  let press = (_keys: string) => {};
  const left = [...then];
  let seen = 0;
  return await cli(args, {
    screen: true,
    keyboard: (given) => (press = given),
    onPrinted: ({ stdout }) => {
      for (let [next] = left; next; [next] = left) {
        const [text, act] = next;
        const at = stdout.indexOf(text, seen);
        if (at < 0) return;
        seen = at + text.length;
        left.shift();
        if (typeof act === 'string') press(act);
        else void act();
      }
    },
  });
}

const enter = '\u001B[?1049h\u001B[?25l';
const leave = '\u001B[?25h\u001B[?1049l';

describe('top', () => {
  it('prints one snapshot without a terminal, the busiest first', async () => {
    const text = await cli(['top', '--sort', 'queued']);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).not.toContain('\u001B');
    expect(text.stdout).toMatch(/backlog +3 queued, 0 sending, 2 due, the oldest for 1m.*, 0 held/);
    expect(text.stdout).toMatch(/\nbia +running +open +host-a +0 +0 +3/);
    const { stdout } = await cli(['top', '--sort', 'due', '--limit', '1', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      active_workers: 1,
      backlog: { queued: 3, due: 2 },
      devices: { total: 3, by_session_state: { open: 1, closed: 2 } },
      busiest: [{ name: 'caro', due: 2, worker: null }],
    });
    expect((await cli(['top', '--filter', 'host-a', '-q'])).stdout).toBe('bia\n');
  });

  it('takes the window of a terminal, and gives it back at q', async () => {
    const { code, stdout, stderr } = await atTerminal(['top'], [['(3 of 3 devices)', 'q']]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(enter)).toBe(true);
    expect(stdout.endsWith(leave)).toBe(true);
  });

  it('changes the order with s and filters after /, and writes only what changed', async () => {
    const { code, stdout } = await atTerminal(
      ['top'],
      [
        ['order: sent', 's'],
        ['order: queued', '/car'],
        ['/car_', '\r'],
        ['filter: car', '\u0003'],
      ],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('(1 of 3 devices)');
    // The figures at the top did not change, so they are written once.
    expect(stdout.match(/device workers? in/g)).toHaveLength(1);
  });

  it('shows what changes meanwhile, and an outage in its last line', async () => {
    const { code, stdout } = await atTerminal(
      ['top', '--every', '100ms'],
      [
        ['(3 of 3 devices)', async () => await cli(['device', 'add', 'dani'])],
        [
          '(4 of 4 devices)',
          async () => await runSql(database.url, 'alter table workers rename to hidden'),
        ],
        [
          'run: dripfleet migrate',
          async () => await runSql(database.url, 'alter table hidden rename to workers'),
        ],
        // The line of the outage is taken away; nothing else is written anew.
        ['\u001B[J', 'q'],
      ],
    );
    expect(code).toBe(0);
    expect(stdout.endsWith(leave)).toBe(true);
    await cli(['device', 'rm', 'dani']);
  });

  it('ends with the code of what was wrong when it never saw anything, and leaves the window alone', async () => {
    const nowhere = { DATABASE_URL: 'postgres://x@127.0.0.1:1/x', REDIS_URL: 'redis://x' };
    const result = await runCli(['top'], { env: nowhere, screen: true });
    expect(result).toMatchObject({ code: 8, stdout: '' });
  });

  it('draws nothing on a terminal that can not', async () => {
    const result = await runCli(['top'], { env: { ...env, TERM: 'dumb' }, screen: true });
    expect(result.code).toBe(0);
    expect(result.stdout).not.toContain('\u001B');
  });
});

const watched = ['device ls', 'stats', 'sequence ls'];

describe('--watch', () => {
  it.each(watched)('redraws %s on a terminal until q', async (name) => {
    const { code, stdout, stderr } = await atTerminal(
      [...name.split(' '), '--watch=100ms'],
      [['q quits.', 'q']],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.startsWith(enter)).toBe(true);
    expect(stdout.endsWith(leave)).toBe(true);
  });

  it('shows what changed since', async () => {
    const { stdout } = await atTerminal(
      ['device', 'ls', 'ana', '--watch=100ms'],
      [
        ['running', async () => await cli(['pause', 'ana'])],
        ['paused', 'q'],
      ],
    );
    expect(stdout).toMatch(/running.*paused/s);
    await cli(['resume', 'ana']);
  });

  it.each(watched)('writes an object a line of %s with -o jsonl', async (name) => {
    const interrupt = new AbortController();
    const { code, stdout, stderr } = await cli(
      [...name.split(' '), '--watch=100ms', '-o', 'jsonl'],
      {
        interrupt: interrupt.signal,
        onPrinted: (texts) => {
          if (texts.stdout.split('\n').length > 2) interrupt.abort();
        },
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('at');
  });

  // A loop that nobody reads would go on for ever.
  it('ends when nobody reads any more', async () => {
    let close = () => {};
    const done = runCli(['stats', '--watch=100ms', '-o', 'jsonl'], {
      env,
      onStart: ({ stdout }) => (close = () => stdout.destroy(new Error('EPIPE'))),
      onPrinted: () => close(),
    });
    expect(await done).toMatchObject({ code: 0 });
  });

  it.each([[[]], [['-o', 'json']], [['-q']]])(
    'is refused without a terminal, with %j',
    async (format) => {
      const result = await cli(['stats', '--watch', ...format]);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain('-o jsonl');
    },
  );

  it('needs a time with its unit', async () => {
    expect(await cli(['stats', '--watch=5'])).toMatchObject({ code: 2 });
    expect(await cli(['stats', '--watch=1ms'])).toMatchObject({ code: 2 });
  });
});
