#!/usr/bin/env node
// Runs `pnpm run <script> <args>` with the pinned pnpm, whatever is on the machine: the PATH's pnpm when it has the same
// major version, else through npx, which comes with Node. A fresh clone needs nothing else.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const pin = packageManager.split('+')[0];
const major = pin.split('@')[1].split('.')[0];
const args = ['--silent', 'run', ...process.argv.slice(2)];
const windows = process.platform === 'win32';
const env = {
  ...process.env,
  ...writableTemp(),
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
};

const found = spawnSync('pnpm', ['--version'], {
  encoding: 'utf8',
  env: { ...env, npm_config_manage_package_manager_versions: 'false' },
  shell: windows,
});
const usable = found.status === 0 && found.stdout.trim().split('.')[0] === major;

// The terminal sends Ctrl-C to the whole group: the program below ends in its own time and we report its code.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

const options = { stdio: 'inherit', env, cwd: root, shell: windows };
const result = usable
  ? spawnSync('pnpm', args, options)
  : spawnSync('npx', ['--yes', pin, ...args], options);
if (result.error) console.error(`with-pnpm: ${result.error.message}`);
process.exit(result.status ?? 1);

/** npx, tsx and vitest want a folder for temporary files; where the system's is read-only they get one of ours. */
function writableTemp() {
  try {
    accessSync(tmpdir(), constants.W_OK | constants.X_OK);
    return {};
  } catch {
    const folder = `${root}/node_modules/.tmp`;
    mkdirSync(folder, { recursive: true });
    return { TMPDIR: folder };
  }
}
