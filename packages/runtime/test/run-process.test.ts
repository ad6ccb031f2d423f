import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('./process.ts', import.meta.url));

/** Starts the test's process; `whenReady` acts on it once it says so. */
async function run(breaking: string, whenReady: (child: ChildProcess) => void) {
  const child = fork(program, {
    env: { ...process.env, BREAK: breaking },
    execArgv: ['--import', 'tsx', '--conditions=@dripfleet/source'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const facts: unknown[] = [];
  child.on('message', (message) => {
    facts.push(message);
    whenReady(child);
  });
  // Not `close`: it never comes for a child whose IPC channel this side has closed.
  const [[code]] = await Promise.all([
    once(child, 'exit'),
    ...[child.stdout, child.stderr].map((stream) => stream && once(stream, 'end')),
  ]);
  return { code, stdout, stderr, facts };
}

it('stops in reverse on SIGTERM and exits 0', async () => {
  const { code, stdout, facts } = await run('', (child) => child.kill('SIGTERM'));
  expect(facts).toEqual([{ ready: { port: 1234 } }]);
  expect(stdout).toBe('second stopped\nfirst stopped\n');
  expect(code).toBe(0);
});

// Guards against apps that outlive the demo that was killed.
it('stops when its parent is gone', async () => {
  const { code, stdout } = await run('', (child) => child.disconnect());
  expect(stdout).toBe('second stopped\nfirst stopped\n');
  expect(code).toBe(0);
});

it('a failing stop step does not keep the others, and shows in the exit code', async () => {
  const { code, stdout } = await run('stop', (child) => child.kill('SIGTERM'));
  expect(stdout).toBe('second stopped\nfirst stopped\n');
  expect(code).toBe(1);
});

it('a failing start closes what was opened and exits 1', async () => {
  const { code, stdout } = await run('start', () => {});
  expect(stdout).toBe('first stopped\n');
  expect(code).toBe(1);
});

it('wrong settings are said in plain words, with exit code 2', async () => {
  const { code, stderr } = await run('config', () => {});
  expect(stderr).toBe(
    "test: the settings can't be used:\n  DATABASE_URL: is not set (Postgres, the truth)\n",
  );
  expect(code).toBe(2);
});

// R13: neither our own fields nor other libraries' messages may carry a number.
it('masks phone numbers in its log, in fields, texts and errors', async () => {
  const logged = await run('', (child) => child.kill('SIGTERM'));
  expect(logged.stderr).toContain('canary');
  const failed = await run('start', () => {});
  expect(failed.stderr).toContain('no luck with [phone]');
  for (const { stderr } of [logged, failed]) expect(stderr).not.toContain('5559990001');
});

// R13: ioredis hangs the failed command on its error, and the first command of a connection is AUTH.
it('logs an error with its message, stack and code, without the command that failed', async () => {
  const { stderr } = await run('', (child) => child.kill('SIGTERM'));
  expect(stderr).toContain('WRONGPASS');
  expect(stderr).toContain('"code":"E_OUTER"');
  expect(stderr).toContain('process.ts');
  expect(stderr).not.toMatch(/canary-secret|"command"|"args"/);
});
