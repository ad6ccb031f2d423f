import { openTestStore, type TestStore } from '@dripfleet/testkit';
import { findAccess } from '@dripfleet/operations';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliOptions, runCli } from './run-cli.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => await store.close());
beforeEach(async () => {
  await store.sql('truncate api_keys, operator_actions cascade');
});

const cli = async (args: readonly string[], options: CliOptions = {}) =>
  await runCli(args, { env: { DATABASE_URL: store.url }, ...options });
const add = ['key', 'add', 'ana', '--role', 'operator'];

describe('key add', () => {
  it('prints the token alone on stdout, and that it is shown once on stderr', async () => {
    const { code, stdout, stderr } = await cli([...add, '--expires', '90d']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dfk_[A-Za-z0-9_-]{43}\n$/);
    expect(stderr).toContain('shown this once');
    expect(stderr).not.toContain('dfk_');
    expect(await findAccess(store.db, stdout.trim())).toMatchObject({
      name: 'ana',
      role: 'operator',
    });
  });

  it('prints nothing else for programs', async () => {
    const quiet = await cli([...add, '-q']);
    expect(quiet).toMatchObject({ code: 0, stderr: '' });
    expect(quiet.stdout).toMatch(/^dfk_\S+\n$/);
    const json = await cli(['key', 'add', 'bia', '--role', 'viewer', '-o', 'json']);
    expect(json).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(json.stdout)).toEqual({
      name: 'bia',
      role: 'viewer',
      token: expect.stringMatching(/^dfk_/),
      expires_at: null,
    });
  });

  it('needs a role, a time with its unit, and a name that was never used', async () => {
    expect(await cli(['key', 'add', 'ana'])).toMatchObject({ code: 2, stdout: '' });
    expect(await cli(['key', 'add', 'ana', '--role', 'root'])).toMatchObject({ code: 2 });
    expect(await cli([...add, '--expires', '90'])).toMatchObject({ code: 2 });
    expect((await cli(add)).code).toBe(0);
    await cli(['key', 'revoke', 'ana']);
    const again = await cli(add);
    expect(again).toMatchObject({ code: 5, stdout: '' });
    expect(again.stderr).toContain('names are not used twice');
  });
});

describe('key ls and key revoke', () => {
  it('show what is there, and never a token', async () => {
    const token = (await cli([...add, '-q'])).stdout.trim();
    for (const format of ['table', 'json', 'jsonl', 'name']) {
      const { stdout } = await cli(['key', 'ls', '-o', format]);
      expect(stdout).toContain('ana');
      expect(stdout).not.toContain(token.slice(4, 20));
    }
    expect((await cli(['key', 'ls'])).stdout).toMatch(
      /ana +operator +usable +0 +- +- +tester@host/,
    );
    const revoked = await cli(['key', 'revoke', 'ana', '-o', 'json']);
    expect(JSON.parse(revoked.stdout)).toEqual({
      name: 'ana',
      result: 'revoked',
      logins_ended: 0,
    });
    expect((await cli(['key', 'revoke', 'ana'])).stdout).toContain('was revoked before');
    expect((await cli(['key', 'ls'])).stdout).toMatch(/ana +operator +revoked/);
    expect(await findAccess(store.db, token)).toBeUndefined();
  });

  it('ask at a terminal, and know a name that was mistyped', async () => {
    await cli(add);
    const refused = await cli(['key', 'revoke', 'ana'], { answers: ['n'] });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect((await cli(['key', 'ls'])).stdout).toContain('usable');
    const typo = await cli(['key', 'revoke', 'anna'], { answers: [] });
    expect(typo).toMatchObject({ code: 3, stdout: '' });
    expect(typo.stderr).toContain('did you mean ana?');
  });

  it('leave who did it in the audit, and no token', async () => {
    const token = (await cli([...add, '-q'])).stdout.trim();
    await cli(['key', 'revoke', 'ana']);
    const rows = await store.sql<{ text: string; actor: string; action: string }>(
      'select actor, action, a::text as text from operator_actions a order by id',
    );
    expect(rows.map(({ actor, action }) => [actor, action])).toEqual([
      ['tester@host', 'key.create'],
      ['tester@host', 'key.revoke'],
    ]);
    for (const { text } of rows) expect(text).not.toContain(token.slice(4));
  });
});
