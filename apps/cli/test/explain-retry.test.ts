import { type Run, addDelivery, addDevice, addRun, addSequence } from '@dripfleet/testkit';
import { createTestRedis, openTestStore, type TestRedis, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, runCli } from './run-cli.ts';

let store: TestStore;
let redis: TestRedis;
beforeAll(async () => {
  [store, redis] = await Promise.all([openTestStore(), createTestRedis()]);
});
afterAll(async () => await Promise.all([store.close(), redis.release()]));
beforeEach(async () => {
  await store.sql('truncate deliveries, sequence_contacts, operator_actions');
});

const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, { env: { DATABASE_URL: store.url, REDIS_URL: redis.url }, ...options });

let people = 7_000_000;

async function addHeld(state: 'failed' | 'uncertain') {
  const phone = `+1555${(people += 1)}`;
  const name = `sequence-of-${people}`;
  const sequence = await addSequence(store, { name });
  const device = await addDevice(store);
  const run: Run = await addRun(store, device, {
    sequence_id: sequence,
    dispatch_state: 'held',
    contact: { phone },
  });
  const error =
    state === 'failed'
      ? { error_class: 'account', error_code: '463' }
      : { error_class: 'unconfirmed', error_code: 'not_confirmed' };
  await addDelivery(store, run, { state, concluded_at: new Date(), ...error });
  return { run, phone, name };
}

const stateOf = async ({ id }: Run) => {
  const [row] = await store.sql(
    `select l.state, s.dispatch_state from deliveries l join sequence_contacts s on s.id = l.sequence_contact_id where s.id = $1`,
    [id],
  );
  return `${String(row?.['state'])} ${String(row?.['dispatch_state'])}`;
};

describe('explain', () => {
  it('names the first rule in every form, with what to do, and no number', async () => {
    const { phone, name } = await addHeld('failed');
    const text = await cli(['explain', name, '--phone', phone]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain('hello is held');
    expect(text.stdout).toContain(
      `To do: dripfleet retry --state failed --error 463 --sequence ${name}`,
    );
    const json = await cli(['explain', name, '--phone', phone, '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      sequence: name,
      verdict: 'held',
      rule: 'held',
      asked_again_at: null,
      run: { next_step: 'hello', dispatch_state: 'held' },
      steps: [
        { step: 'hello', state: 'failed', error_code: '463' },
        { step: 'tip', state: null },
      ],
      earlier_runs: [],
    });
    expect((await cli(['explain', name, '--phone', phone, '-q'])).stdout).toBe('held\n');
    for (const { stdout } of [text, json]) expect(stdout).not.toContain(phone.slice(1));
    expect((await cli(['explain', name, '--phone', phone, '--show-phones'])).stdout).toContain(
      phone,
    );
  });

  it('exits with 3 for whom it does not know, and with 2 for no number', async () => {
    const { name, phone } = await addHeld('failed');
    expect(await cli(['explain', name, '--phone', '+15550000009'])).toMatchObject({ code: 3 });
    const near = await cli(['explain', `${name}0`, '--phone', phone]);
    expect(near).toMatchObject({ code: 3, stdout: '' });
    expect(near.stderr).toContain(`did you mean ${name}`);
    expect(await cli(['explain', name, '--phone', 'ana'])).toMatchObject({ code: 2 });
  });
});

describe('retry', () => {
  it('counts by error and changes nothing in a dry run', async () => {
    const { run } = await addHeld('failed');
    const counted = await cli(['retry', '--state', 'failed', '--dry-run', '-o', 'json']);
    expect(JSON.parse(counted.stdout)).toEqual([
      { error_class: 'account', error_code: '463', held: 1, ended: 0, erased: 0, went_on: 0 },
    ]);
    expect(await stateOf(run)).toBe('failed held');
  });

  it('puts what failed back to be sent, once', async () => {
    const { run } = await addHeld('failed');
    const done = await cli(['retry', '--state', 'failed', '--error', '463', '-o', 'json']);
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ as: 'resend', retried: 1, gone: 0 });
    expect(done.stderr).toContain('account: 463: 1 held');
    expect(await stateOf(run)).toBe('ready idle');
    const again = await cli(['retry', '--state', 'failed']);
    expect(again).toMatchObject({ code: 0, stdout: '0 retried\n' });
    expect(again.stderr).toContain('Nothing to retry.');
  });

  it('never guesses what to do with what is uncertain', async () => {
    // Guards: a script that sends thousands of messages twice because nobody was there to be asked.
    const { run } = await addHeld('uncertain');
    for (const args of [[], ['-y']]) {
      const refused = await cli(['retry', '--state', 'uncertain', ...args]);
      expect(refused).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain('--as resend, --as sent or --as skip');
    }
    const unclear = await cli(['retry', '--state', 'uncertain'], { answers: ['yes'] });
    expect(unclear).toMatchObject({ code: 1, stdout: '' });
    expect(unclear.stderr).toContain('Nothing was changed.');
    expect(await stateOf(run)).toBe('uncertain held');
    const settled = await cli(['retry', '--state', 'uncertain'], { answers: ['sent'] });
    expect(settled).toMatchObject({ code: 0, stdout: '1 counted as sent; their runs go on\n' });
    expect(await stateOf(run)).toBe('sent idle');
  });

  it('asks before it sends, and says what it had to leave', async () => {
    const { run } = await addHeld('uncertain');
    const args = ['retry', '--state', 'uncertain', '--as', 'resend'];
    expect(await cli(args, { answers: ['n'] })).toMatchObject({ code: 1 });
    expect(await stateOf(run)).toBe('uncertain held');
    await addHeld('uncertain');
    await store.sql('update deliveries set body = null where sequence_contact_id = $1', [run.id]);
    const done = await cli(args, { answers: ['y'] });
    expect(done.code).toBe(7);
    expect(done.stdout).toMatch(/^1 put back to be sent\n1 left: their texts are erased/);
  });

  it('refuses what makes no sense', async () => {
    expect(await cli(['retry'])).toMatchObject({ code: 2 });
    expect(await cli(['retry', '--state', 'failed', '--as', 'sent'])).toMatchObject({ code: 2 });
    expect(await cli(['retry', '--state', 'failed', '--sequence', 'zzz'])).toMatchObject({
      code: 3,
    });
  });
});
