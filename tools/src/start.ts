import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createKeyFile } from '@dripfleet/credentials';
import pc from 'picocolors';
import { AppProcess } from './app-process.ts';
import { Cleanup } from './cleanup.ts';
import { dripfleet } from './run-program.ts';
import { openServers } from './servers.ts';

/** Where `dripfleet` finds the servers that run here. */
const endpointsFile = 'endpoints.json';

/**
 * Everything for real use on one machine, in one process group: Postgres and Redis with their data under `./.dripfleet/`
 * (unless URLs are given), a scheduler, a worker. A second start finds everything again.
 */
async function start(env: NodeJS.ProcessEnv): Promise<void> {
  const cleanup = new Cleanup();
  try {
    const folder = resolve('.dripfleet');
    // As root the servers run as another user, who must be able to enter; what is secret in it has modes of its own.
    mkdirSync(folder, { recursive: true });
    const servers = await openServers(env, {
      dataFolder: join(folder, 'data'),
      say: (line) => console.log(line),
      onFailure: (error) => cleanup.abort(error),
    });
    cleanup.add(() => servers.stop());
    console.log(servers.how);
    const { databaseUrl, redisUrl } = servers;
    const base = { ...env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    await dripfleet(['migrate'], base);
    const appEnv: NodeJS.ProcessEnv = {
      ...base,
      ...(await openNetwork(base, { folder, cleanup })),
    };
    const endpoints = join(folder, endpointsFile);
    const credentialsKeyFile = appEnv['CREDENTIALS_KEY_FILE'];
    const found = { databaseUrl, redisUrl, credentialsKeyFile };
    writeFileSync(endpoints, `${JSON.stringify(found, undefined, 2)}\n`, { mode: 0o600 });
    cleanup.add(() => rmSync(endpoints, { force: true }));
    const apps: AppProcess[] = [];
    cleanup.add(() => Promise.all(apps.map((app) => app.stop())));
    for (const app of ['scheduler', 'worker', 'dashboard'] as const) {
      const process = await AppProcess.start(app, { name: app, env: appEnv });
      apps.push(process);
      void process.ended.then(() => cleanup.abort(new Error(`the ${app} ended`)));
      const port = process.facts['port'];
      console.log(
        app === 'dashboard'
          ? `dashboard: http://127.0.0.1:${port}, with a key from:  npm run -s dripfleet -- key add NAME --role admin`
          : `${app}: health and metrics on port ${port}`,
      );
    }
    console.log(
      '\nReady. In another terminal, in this folder:  npm run -s dripfleet -- --help\nCtrl-C ends it.',
    );
    await cleanup.stopped;
  } finally {
    await cleanup.run();
  }
}

type Place = Readonly<{ folder: string; cleanup: Cleanup }>;

/** What the apps need for the network that TRANSPORT names. */
async function openNetwork(env: NodeJS.ProcessEnv, place: Place): Promise<NodeJS.ProcessEnv> {
  return env['TRANSPORT'] === 'simulated'
    ? await openSimulator(env, place)
    : await openWhatsapp(env, place);
}

/** The key of the devices' credentials lies beside the data, unless CREDENTIALS_KEY_FILE says otherwise. */
async function openWhatsapp(env: NodeJS.ProcessEnv, { folder }: Place): Promise<NodeJS.ProcessEnv> {
  if (env['CREDENTIALS_KEY_FILE']) return {};
  const file = join(folder, 'credentials.key');
  if (!existsSync(file)) {
    await createKeyFile(file);
    console.log(
      pc.yellow(
        `New key for the credentials of devices: ${file}. Without it every device must be paired anew.`,
      ),
    );
  }
  return { CREDENTIALS_KEY_FILE: file };
}

async function openSimulator(
  env: NodeJS.ProcessEnv,
  { folder, cleanup }: Place,
): Promise<NodeJS.ProcessEnv> {
  if (env['SIMULATOR_URL']) return {};
  const args = ['--port', '0', '--ledger', join(folder, 'ledger.jsonl')];
  const simulator = await AppProcess.start('simulator', { name: 'simulator', env, args });
  cleanup.add(() => simulator.stop());
  console.log(pc.yellow('TRANSPORT=simulated: messages go to the simulator, not to WhatsApp.'));
  return { SIMULATOR_URL: `ws://127.0.0.1:${simulator.facts['port']}` };
}

try {
  await start(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
