import { once } from 'node:events';

import { openCacheFolder } from './cache-folder.ts';
import { EmbeddedError } from './embedded-error.ts';
import type { KeeperContext } from './keeper-context.ts';
import type { KeeperReport, KeeperSettings } from './keeper-messages.ts';
import { type DataFolder, openDataFolder } from './open-data-folder.ts';
import { openRunFolder, removeRunFolder } from './run-folder.ts';
import type { ServerProcess } from './server-process.ts';
import { findServerUser } from './server-user.ts';
import { startPostgres } from './start-postgres.ts';
import { startRedis } from './start-redis.ts';
import type { StartedServer } from './start-server.ts';
import { sweepRuns } from './sweep-runs.ts';

export type KeeperSurroundings = Readonly<{
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  report(report: KeeperReport): void;
}>;

type Started = Readonly<{
  postgres: StartedServer | undefined;
  replica: StartedServer | undefined;
  redis: StartedServer | undefined;
}>;

/**
 * Starts the servers, keeps them until `signal` aborts or one of them ends, and leaves nothing running and no run
 * folder, whichever way it ends. Resolves after an abort.
 *
 * @throws {EmbeddedError} a server did not start, or ended by itself
 */
export async function keepServers(
  settings: KeeperSettings,
  { env, signal, report }: KeeperSurroundings,
): Promise<void> {
  const cacheFolder = await openCacheFolder(env);
  await sweepRuns(cacheFolder);
  const runFolder = await openRunFolder(cacheFolder);
  const servers: ServerProcess[] = [];
  let data: DataFolder | undefined;
  try {
    const context: KeeperContext = {
      env,
      user: await findServerUser(env),
      cacheFolder,
      runFolder,
      signal,
      progress: (line) => report({ kind: 'progress', line }),
      adopt: (server) => servers.push(server),
    };
    if (settings.dataFolder !== null) data = await openDataFolder(context, settings.dataFolder);
    const started = await startAll(context, settings, data?.path ?? null);
    report({ kind: 'ready', servers: describe(started, cacheFolder) });
    await waitForEnd(started, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await Promise.all(servers.map(async (server) => await server.stop()));
    await data?.close();
    await removeRunFolder(runFolder);
  }
}

/** When one fails, the start of the others is given up, and settled, before the failure is thrown. */
async function startAll(
  context: KeeperContext,
  { postgres, replica, redis, redisDatabases: databases }: KeeperSettings,
  dataFolder: string | null,
): Promise<Started> {
  const failure = new AbortController();
  const signal = AbortSignal.any([context.signal, failure.signal]);
  const start = async <T>(wanted: boolean, begin: (shared: KeeperContext) => Promise<T>) => {
    if (!wanted) return undefined;
    try {
      return await begin({ ...context, signal });
    } catch (error) {
      failure.abort(error);
      return undefined;
    }
  };
  const [pair, startedRedis] = await Promise.all([
    start(postgres, async (shared) => await startPostgres(shared, { dataFolder, replica })),
    start(redis, async (shared) => await startRedis(shared, { dataFolder, databases })),
  ]);
  signal.throwIfAborted();
  return { postgres: pair?.primary, replica: pair?.replica, redis: startedRedis };
}

function describe({ postgres, replica, redis }: Started, cacheFolder: string) {
  return {
    databaseUrl: postgres?.url ?? '',
    replicaUrl: replica?.url ?? '',
    redisUrl: redis?.url ?? '',
    how: { postgres: postgres?.how ?? 'not started', redis: redis?.how ?? 'not started' },
    cacheFolder,
  };
}

async function waitForEnd(started: Started, signal: AbortSignal): Promise<void> {
  const deaths = Object.values(started).map(async (one: StartedServer | undefined) => {
    // A server that was not asked for never dies.
    if (one === undefined) return await new Promise<never>(() => {});
    const how = await one.server.ended;
    const { name } = one.server.command;
    throw new EmbeddedError('server_died', `${name} ${how}.\n${one.server.logTail}`);
  });
  const asked = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  await Promise.race([asked, ...deaths]);
}
