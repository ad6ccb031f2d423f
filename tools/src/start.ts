import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
    const endpoints = join(folder, endpointsFile);
    writeFileSync(endpoints, `${JSON.stringify({ databaseUrl, redisUrl }, undefined, 2)}\n`, {
      mode: 0o600,
    });
    cleanup.add(() => rmSync(endpoints, { force: true }));
    const base = { ...env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
    await dripfleet(['migrate'], base);
    const appEnv = { ...base, ...(await openNetwork(base, { folder, cleanup })) };
    const apps: AppProcess[] = [];
    cleanup.add(() => Promise.all(apps.map((app) => app.stop())));
    for (const app of ['scheduler', 'worker'] as const) {
      const process = await AppProcess.start(app, { name: app, env: appEnv });
      apps.push(process);
      void process.ended.then(() => cleanup.abort(new Error(`the ${app} ended`)));
      console.log(`${app}: health and metrics on port ${process.facts['port']}`);
    }
    console.log(
      '\nReady. In another terminal, in this folder:  npm run -s dripfleet -- --help\nCtrl-C ends it.',
    );
    await cleanup.stopped;
  } finally {
    await cleanup.run();
  }
}

/** Until real WhatsApp sessions are built, messages go to the simulator, and the screen says so. */
async function openNetwork(
  env: NodeJS.ProcessEnv,
  { folder, cleanup }: { folder: string; cleanup: Cleanup },
): Promise<NodeJS.ProcessEnv> {
  if (env['SIMULATOR_URL']) return {};
  const args = ['--port', '0', '--ledger', join(folder, 'ledger.jsonl')];
  const simulator = await AppProcess.start('simulator', { name: 'simulator', env, args });
  cleanup.add(() => simulator.stop());
  console.log(
    pc.yellow('Messages go to the simulated network: TRANSPORT=baileys is not supported yet.'),
  );
  return { SIMULATOR_URL: `ws://127.0.0.1:${simulator.facts['port']}` };
}

try {
  await start(process.env);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
