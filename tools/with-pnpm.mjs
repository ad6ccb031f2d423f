#!/usr/bin/env node
// Runs `pnpm <script> <args>` with the pinned pnpm, whatever is on the machine: the PATH's pnpm when it
// has the same major version, else through npx, which comes with Node. A fresh clone needs nothing else.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const pin = packageManager.split('+')[0];
const major = pin.split('@')[1].split('.')[0];
const args = ['--silent', 'run', ...process.argv.slice(2)];
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
const windows = process.platform === 'win32';

const found = spawnSync('pnpm', ['--version'], {
  encoding: 'utf8',
  env: { ...env, npm_config_manage_package_manager_versions: 'false' },
  shell: windows,
});
const usable = found.status === 0 && found.stdout.trim().split('.')[0] === major;

// The terminal sends Ctrl-C to the whole group: the program below ends in its own time and we report its code.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});

const result = usable
  ? spawnSync('pnpm', args, { stdio: 'inherit', env, cwd: root, shell: windows })
  : spawnSync('npx', ['--yes', pin, ...args], { stdio: 'inherit', env, cwd: root, shell: windows });
if (result.error) console.error(`with-pnpm: ${result.error.message}`);
process.exit(result.status ?? 1);
