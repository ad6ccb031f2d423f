import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'dripfleet-cli-tab-'));
  const sequence = 'name: welcome\nsteps:\n  - key: hello\n    delay: 0s\n    text: Hi\n';
  await writeFile(join(folder, 'welcome.yaml'), sequence);
  await cli('device', 'add', 'ana', 'bia', 'bea');
  await cli('sequence', 'apply', 'welcome.yaml');
  await cli('key', 'add', 'grafana', '--role', 'viewer');
  await cli('key', 'add', 'gone', '--role', 'viewer');
  await cli('key', 'revoke', 'gone');
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

const cli = async (...args: string[]) =>
  await runCli(args, { env: { DATABASE_URL: database.url }, cwd: folder });
/** What Tab offers; the last word is the one that is being written. */
const tab = async (...words: string[]) => {
  const { code, stdout, stderr } = await cli('complete', '--', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').flatMap((line) => line.split('\t', 1).filter(Boolean));
};

describe('Tab offers', () => {
  it('commands, and those below one', async () => {
    expect(await tab('')).toEqual(expect.arrayContaining(['device', 'pause', 'top', 'doctor']));
    expect(await tab('')).not.toContain('complete');
    expect(await tab('dev')).toEqual(['device']);
    expect(await tab('device', 's')).toEqual(['show', 'set']);
    expect(await tab('nonsense', '')).toEqual([]);
  });

  it('options of the command and of all commands', async () => {
    const options = await tab('pause', '--');
    expect(options).toEqual(expect.arrayContaining(['--state', '--for', '--output', '--help']));
    expect(await tab('pause', '--sta')).toEqual(['--state']);
    expect(await tab('pause', '--', '--sta')).toEqual([]);
  });

  it('what an option may be, however it is written', async () => {
    expect(await tab('pause', '--state', '')).toEqual(['running', 'paused', 'draining', 'drained']);
    expect(await tab('pause', '--state=dra')).toEqual(['--state=draining', '--state=drained']);
    // Bash splits at =.
    expect(await tab('key', 'add', 'x', '--role', '=')).toEqual(['viewer', 'operator', 'admin']);
    expect(await tab('key', 'add', 'x', '--role', '=', 'op')).toEqual(['operator']);
    expect(await tab('device', 'ls', '-o', 'json')).toEqual(['json', 'jsonl']);
    expect(await tab('pause', '--for', '')).toEqual([]);
    expect(await tab('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  it('names of devices, but not those that stand there already', async () => {
    expect(await tab('pause', '')).toEqual(['ana', 'bea', 'bia']);
    expect(await tab('pause', 'bia', '--reason', 'ana', 'b')).toEqual(['bea']);
    expect(await tab('device', 'show', 'a')).toEqual(['ana']);
    expect(await tab('device', 'show', 'ana', '')).toEqual([]);
    expect(await tab('enroll', 'welcome', '--device', 'b')).toEqual(['bea', 'bia']);
    expect(await tab('device', 'add', '')).toEqual([]);
  });

  it('names of sequences and of keys that are not revoked', async () => {
    expect(await tab('sequence', 'show', '')).toEqual(['welcome']);
    expect(await tab('retry', '--sequence=w')).toEqual(['--sequence=welcome']);
    expect(await tab('key', 'revoke', '')).toEqual(['grafana']);
  });

  it('files where there are files', async () => {
    for (const words of [
      ['sequence', 'apply', ''],
      ['import', 'welcome', 'con'],
      ['drain', '-f', ''],
      ['device', 'import-session', 'ana', ''],
    ])
      expect(await tab(...words)).toEqual([':files']);
  });
});

describe('Tab is quick and quiet without Postgres', () => {
  let deaf: Server;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    // Takes every connection and never says a word.
    deaf = createServer((socket) => sockets.add(socket.on('error', () => {})));
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    deaf.close();
  });

  const tabWith = async (env: NodeJS.ProcessEnv) =>
    await runCli(['complete', '--', 'pause', ''], { env });
  const nothing = { code: 0, stdout: '', stderr: '' };

  it('that is not there, not known, or no Postgres', async () => {
    expect(await tabWith({ DATABASE_URL: 'postgres://x@127.0.0.1:1/x' })).toEqual(nothing);
    expect(await tabWith({})).toEqual(nothing);
    expect(await tabWith({ DATABASE_URL: 'nonsense' })).toEqual(nothing);
  });

  // A finger stays on Tab: half a second of nothing is a file name, five are a broken shell.
  it('that answers nothing', async () => {
    const { port } = deaf.address() as { port: number };
    const began = performance.now();
    expect(await tabWith({ DATABASE_URL: `postgres://x@127.0.0.1:${port}/x` })).toEqual(nothing);
    expect(performance.now() - began).toBeLessThan(4_000);
  });
});

describe('the script for bash', () => {
  /** What Bash itself would offer, with a program that answers so. */
  const offered = async (answer: string, words: readonly string[]) => {
    const { stdout } = await cli('completion', 'bash');
    const program = join(folder, 'dripfleet');
    await writeFile(
      program,
      `#!/bin/sh\nprintf '%s|' "$@" >"${folder}/asked"\nprintf '${answer}'\n`,
    );
    await chmod(program, 0o755);
    const script = `${stdout}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dripfleet; printf '%s\\n' "\${COMPREPLY[@]}"; cat "${folder}/asked"`;
    const done = spawnSync('bash', ['--norc', '-c', script, 'bash', 'dripfleet', ...words], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
    });
    expect({ status: done.status, stderr: done.stderr }).toEqual({ status: 0, stderr: '' });
    return done.stdout.split('\n');
  };

  it('asks with the words so far, and offers the values without their descriptions', async () => {
    expect(await offered('ana\\tdevice\\nbea\\tdevice\\n', ['pause', 'a'])).toEqual([
      'ana',
      'complete|--|pause|a|',
    ]);
    expect(await offered('show\\t\\nset\\tchange\\n', ['device', ''])).toEqual([
      'show',
      'set',
      'complete|--|device||',
    ]);
  });

  it('offers what follows an =', async () => {
    expect(await offered('viewer\\t\\nadmin\\t\\n', ['key', 'add', 'x', '--role', '='])).toEqual([
      'viewer',
      'admin',
      'complete|--|key|add|x|--role|=|',
    ]);
  });

  it('leaves files to Bash', async () => {
    expect(await offered(':files\\n', ['drain', '-f', ''])).toEqual(['', 'complete|--|drain|-f||']);
  });

  it.each(['zsh', 'fish'])('there is one for %s too', async (shell) => {
    const { code, stdout } = await cli('completion', shell);
    expect(code).toBe(0);
    expect(stdout).toContain('dripfleet complete --');
    expect(stdout).not.toContain('undefined');
  });
});
