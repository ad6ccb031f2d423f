// node deploy/docker/bundle.mjs APP FOLDER: one built app with its production dependencies, as its image holds it. FOLDER must
// not exist yet, or be empty. A script and no lines of the Dockerfile, so that a test can run what an image would.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [app, folder] = process.argv.slice(2);

if (!app || !folder) fail('usage: node deploy/docker/bundle.mjs APP FOLDER');
const target = resolve(folder);
if (!existsSync(join(root, 'apps', app, 'dist/main.js')))
  fail(`apps/${app}/dist/main.js is not there: pnpm build`);

deploy();
copyMigrations();
cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
cpSync(join(root, 'deploy/docker/healthcheck.mjs'), join(target, 'healthcheck.mjs'));

/** With the versions of the lockfile, which `--legacy` would look up anew. */
function deploy() {
  const args = ['--config.inject-workspace-packages=true', '--filter', `@dripfleet/${app}`];
  const { status, error } = runPnpm([...args, 'deploy', '--prod', target]);
  if (status !== 0) fail(error?.message ?? `pnpm deploy ended with ${status}`);
}

/** The store looks for them three folders above its code, which is the repository's root at home. */
function copyMigrations() {
  const installed = join(target, 'node_modules/.pnpm');
  for (const entry of readdirSync(installed)) {
    if (!entry.startsWith('@dripfleet+store@')) continue;
    const home = join(installed, entry, 'node_modules');
    cpSync(join(root, 'migrations'), join(home, 'migrations'), { recursive: true });
  }
}

/** The PATH's pnpm when it has the pinned major version, else through npx, which comes with Node. */
function runPnpm(args) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pin = packageManager.split('+')[0];
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  const isUsable = found.stdout?.split('.')[0] === pin.split('@')[1].split('.')[0];
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  return isUsable
    ? spawnSync('pnpm', args, options)
    : spawnSync('npx', ['--yes', pin, ...args], options);
}

function fail(message) {
  process.stderr.write(`bundle: ${message}\n`);
  process.exit(1);
}
