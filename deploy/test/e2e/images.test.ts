import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestRedis, runSql, type TestRedis } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { lastOf, readDockerfile } from '../dockerfile.ts';
import { inRoot, listApps, readJson } from '../repository.ts';
import { BundledApp, type BundledOptions } from './bundled-app.ts';
import { containerUser } from './container-user.ts';

const apps = listApps();

let folder: string;
/** What was in the bundles before anything ran. */
let bundled: readonly (readonly string[])[];
let redis: TestRedis;
let database: string;
const running = new Set<BundledApp>();

beforeAll(async () => {
  folder = mkdtempSync(join(containerUser.folder, 'dripfleet-images-'));
  chmodSync(folder, 0o755);
  for (const app of apps) bundle(app);
  bundled = apps.map((app) => listFiles(join(folder, app)));
  for (const app of apps) setFolderModes(join(folder, app), 0o555);
  redis = await createTestRedis();
  // Empty: the migrations come from the image.
  database = `${inject('templateDatabase')}_${randomBytes(4).toString('hex')}`;
  await runSql(inject('databaseUrl'), `create database ${database}`);
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${database}`;
  const connections = `DATABASE_URL="${url.href}"\nREDIS_URL="${redis.url}"\n`;
  writeFileSync(join(folder, 'connections.env'), connections);
  copyFileSync(inRoot('examples/welcome.yaml'), join(folder, 'welcome.yaml'));
});

afterAll(async () => {
  for (const app of running) app.kill();
  await redis?.release();
  await runSql(inject('databaseUrl'), `drop database if exists ${database} with (force)`);
  for (const app of apps) setFolderModes(join(folder, app), 0o755);
  rmSync(folder, { recursive: true, force: true });
});

/** As the Dockerfile does it. */
function bundle(app: string): void {
  const script = inRoot('deploy/docker/bundle.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, app, join(folder, app)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`no bundle of ${app}:\n${stderr}`);
}

function start(app: string, options: Omit<BundledOptions, 'folder'> = {}): BundledApp {
  const started = new BundledApp(app, { folder: join(folder, app), ...options });
  running.add(started);
  void started.ended.finally(() => running.delete(started));
  return started;
}

const connected = () => ({ connections: join(folder, 'connections.env') });

/** One command of the cli image, to its end. */
async function dripfleet(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start('cli', { ...connected(), args }).ended;
  if (code !== 0) throw new Error(`dripfleet ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout;
}

/** The image's own health check, as its user. */
const isHealthy = (app: string, port: number, path: string): boolean =>
  spawnSync(process.execPath, [join(folder, app, 'healthcheck.mjs'), String(port), path], {
    cwd: folder,
    ...containerUser.ids,
  }).status === 0;

/** Packages that a bundle holds, by name. */
const packagesOf = (app: string): readonly string[] =>
  readdirSync(join(folder, app, 'node_modules/.pnpm'))
    .filter((entry) => entry.includes('@'))
    .map((entry) => entry.slice(0, entry.indexOf('@', 1)).replace('+', '/'));

/** Everything below a folder, by its path. */
const listFiles = (below: string): readonly string[] =>
  readdirSync(below, { recursive: true, encoding: 'utf8' }).toSorted();

/** Folders alone: a file may be the same one as in pnpm's store. */
function setFolderModes(below: string, mode: number): void {
  chmodSync(below, mode);
  for (const entry of readdirSync(below, { withFileTypes: true }))
    if (entry.isDirectory()) setFolderModes(join(below, entry.name), mode);
}

describe('what images would hold', () => {
  it('is production dependencies alone', () => {
    const { devDependencies } = readJson('package.json') as {
      devDependencies: Readonly<Record<string, string>>;
    };
    // Some libraries have the types of Node among their own production dependencies.
    const unwanted = new Set(Object.keys(devDependencies).filter((name) => name !== '@types/node'));
    for (const app of apps) {
      const packages = packagesOf(app);
      expect(packages).toContain('zod');
      expect(packages.filter((name) => unwanted.has(name))).toEqual([]);
    }
  });

  // Guards whoever hands an image on: the label says what licence it is under.
  it('has libsignal, which is GPL, only where the label says so', () => {
    const stages = readDockerfile();
    for (const app of apps) {
      const label = lastOf('LABEL', app, stages) ?? '';
      expect([app, label.includes('GPL-3.0')]).toEqual([
        app,
        packagesOf(app).includes('libsignal'),
      ]);
    }
  });
});

describe(`images, run as ${containerUser.name} from folders that are read-only`, () => {
  it('migrate an empty database, send a message, are healthy, and end in order', async () => {
    expect(await dripfleet('migrate')).toContain('0001_schema');
    const simulator = start('simulator', { env: { PORT: '0' } });
    const network = await simulator.ready();
    const scheduler = start('scheduler', { ...connected(), env: { PORT: '0' } });
    const worker = start('worker', {
      ...connected(),
      env: {
        PORT: '0',
        LOG_LEVEL: 'debug',
        TRANSPORT: 'simulated',
        SIMULATOR_URL: `ws://127.0.0.1:${network}`,
        NODE_OPTIONS: '--max-old-space-size=320',
      },
    });
    await dripfleet('device', 'add', 'ana', '--phone', '+15550000001');
    await dripfleet('sequence', 'apply', join(folder, 'welcome.yaml'));
    const consent = ['--consent-source', 'test', '--var', 'first_name=Ana'];
    const [schedulerPort, workerPort] = await Promise.all([scheduler.ready(), worker.ready()]);
    await dripfleet('enroll', 'welcome', '--phone', '+12025550123', ...consent);
    expect(await worker.logged('delivery.concluded')).toMatchObject({ conclusion: 'sent' });

    expect(isHealthy('scheduler', schedulerPort, '/readyz')).toBe(true);
    expect(isHealthy('worker', workerPort, '/readyz')).toBe(true);
    expect(isHealthy('simulator', network, '/healthz')).toBe(true);
    for (const app of [worker, scheduler, simulator]) expect((await app.stop()).code).toBe(0);
    // A health check of what is gone fails.
    expect(isHealthy('worker', workerPort, '/healthz')).toBe(false);
  });

  it('the dashboard answers, asks who one is, and ends in order', async () => {
    await dripfleet('migrate');
    const dashboard = start('dashboard', { ...connected(), env: { PORT: '0' } });
    const port = await dashboard.ready();
    expect(isHealthy('dashboard', port, '/readyz')).toBe(true);
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/devices`, { redirect: 'manual' });
    expect(answer.status).toBe(401);
    expect((await dashboard.stop()).code).toBe(0);
  });

  it('have written nothing beside themselves', () => {
    expect(apps.map((app) => listFiles(join(folder, app)))).toEqual(bundled);
  });
});
