import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSimulator, type TestSimulator } from '@dripfleet/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

let folder: string;
let service: ChildProcess | undefined;
let network: TestSimulator;

beforeEach(async () => {
  network = await startSimulator();
  folder = mkdtempSync('/var/tmp/dripfleet-readme-');
  // As root, Postgres runs as another user.
  chmodSync(folder, 0o755);
  symlinkSync(join(root, 'examples'), join(folder, 'examples'));
});
afterEach(async () => {
  await stop();
  await network.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** `npm start` as built, in the test's folder; resolves when it says that it is ready. */
async function start(): Promise<void> {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'tools/dist/start.js')], {
    cwd: folder,
    env: {
      ...env,
      WHATSAPP_URL: network.whatsappUrl,
      TRIGGER_INTERVAL: '1s',
      LOG_LEVEL: 'error',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  service = child;
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ready.')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

async function stop(): Promise<void> {
  const child = service;
  if (!child || child.exitCode !== null) return;
  const ended = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGINT');
  await ended;
}

const dripfleet = async (...args: string[]) => {
  const { stdout } = await run(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...args], {
    cwd: folder,
  });
  return stdout;
};

/** The words of a command line as the README writes them: quotes only around whole values. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** The command that waits for a phone; the phone scans each QR that it prints. */
async function pair(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'apps/cli/dist/main.js'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => {
    for (const line of chunk
      .toString()
      .split('\n')
      .filter((text) => text.includes('wa.me'))) {
      void network.scan(line.trim(), '+15550000001');
    }
  });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(0);
}

// Guards the newcomer: what the README says works as it stands there, and a restart finds everything again.
it('every command of the README works beside `npm start`, and its data outlives it', async () => {
  const commands = readFileSync(join(root, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('npm run -s dripfleet -- '))
    .map((line) => words(line).slice(5));
  expect(commands.length).toBeGreaterThan(8);
  await start();
  for (const args of commands) {
    if (args[0] === 'pair') await pair(...args);
    else await dripfleet(...args);
    // The first message goes out before somebody opts out.
    if (args[0] === 'enroll') await network.untilSeen(({ event }) => event === 'ack');
  }
  const before = await dripfleet('sequence', 'show', 'welcome', '-o', 'json');
  await stop();
  await start();
  expect(JSON.parse(await dripfleet('sequence', 'show', 'welcome', '-o', 'json'))).toMatchObject({
    name: (JSON.parse(before) as { name: string }).name,
  });
  const stats = JSON.parse(await dripfleet('stats', '-o', 'json')) as {
    devices: { total: number };
    total_processed: number;
  };
  expect(stats.devices.total).toBe(1);
  expect(stats.total_processed).toBeGreaterThan(0);
});
