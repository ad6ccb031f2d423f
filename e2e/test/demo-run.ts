import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const program = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export type LedgerLine = Readonly<{ t: number; event: string; device?: string; outcome?: string }>;

export type DemoRun = Readonly<{
  /** `DATABASE_URL` and `REDIS_URL` of the run, for the command line. */
  env: NodeJS.ProcessEnv;
  pid: number;
  ledger(): readonly LedgerLine[];
  /** Resolves when the network has accepted so many messages. */
  accepted(count: number): Promise<void>;
  /** Runs `dripfleet ARGS` against the run's servers; throws when it fails. */
  dripfleet(...args: string[]): Promise<string>;
  interrupt(): void;
  /** The exit code and all that was shown. */
  ended: Promise<Readonly<{ code: number | null; output: string }>>;
}>;

/** Starts `npm run demo` as built. `env` may name the servers to use. */
export function startDemo(args: readonly string[], servers: NodeJS.ProcessEnv = {}): DemoRun {
  const folder = mkdtempSync(join(tmpdir(), 'dripfleet-e2e-'));
  const ledgerFile = join(folder, 'ledger.jsonl');
  const env = { ...process.env, ...servers };
  const child = spawn(
    process.execPath,
    [program('tools/dist/demo.js'), '--once', '--ledger', ledgerFile, ...args],
    { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let over = false;
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      over = true;
      rmSync(folder, { recursive: true, force: true });
      resolve({ code, output });
    });
  });
  const ledger = () =>
    existsSync(ledgerFile)
      ? readFileSync(ledgerFile, 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as LedgerLine)
      : [];
  return {
    env,
    pid: child.pid ?? 0,
    ledger,
    accepted: async (count) => {
      // The ledger is another process's file: looking again is the only way to await it.
      while (ledger().filter((line) => line.outcome === 'accepted').length < count) {
        if (over) throw new Error(`the demo ended too early:\n${output}`);
        await sleep(50);
      }
    },
    dripfleet: (...words) => runToEnd(program('apps/cli/dist/main.js'), words, env),
    interrupt: () => child.kill('SIGINT'),
    ended,
  };
}

function runToEnd(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`dripfleet ${args.join(' ')} ended with ${code}: ${stderr}`));
    });
  });
}
