import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';

import { findRedis, type RedisProgram } from './find-redis.ts';
import type { KeeperContext } from './keeper-context.ts';
import { serverEnvironment } from './server-environment.ts';
import type { ServerCommand, StopStep } from './server-process.ts';
import { type StartedServer, startServer } from './start-server.ts';

const durable: readonly StopStep[] = [
  // Writes the end of the append-only file.
  { signal: 'SIGTERM', waitMs: 30_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
];
const disposable = durable.slice(1);

/**
 * Starts Redis: loopback only, no password, never evicting a key. `dataFolder` null keeps nothing; else the
 * append-only file, synced every second, keeps all but the last second through a power cut.
 *
 * @throws {EmbeddedError} `redis_not_found`, `start_failed`
 */
export async function startRedis(
  context: KeeperContext,
  { dataFolder, databases }: Readonly<{ dataFolder: string | null; databases: number }>,
): Promise<StartedServer> {
  const program = await findRedis(context);
  const folder = path.join(dataFolder ?? context.runFolder, 'redis');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (context.user) await chown(folder, context.user.uid, context.user.gid);
  const options = { folder, databases, kept: dataFolder !== null };
  const { server, port } = await startServer(context, (chosen) =>
    redisCommand(context, program, { ...options, port: chosen }),
  );
  return {
    url: `redis://127.0.0.1:${port}`,
    how: `${program.version} from ${program.file}`,
    server,
  };
}

function redisCommand(
  { env, runFolder, user }: KeeperContext,
  { file, libraryPath }: RedisProgram,
  options: Readonly<{ folder: string; databases: number; kept: boolean; port: number }>,
): ServerCommand {
  const settings = {
    port: String(options.port),
    bind: '127.0.0.1',
    dir: options.folder,
    databases: String(options.databases),
    save: '',
    appendonly: options.kept ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
  };
  return {
    name: 'redis',
    file,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    env: { ...serverEnvironment(env, runFolder), LD_LIBRARY_PATH: libraryPath },
    user,
    readyText: 'Ready to accept connections',
    stopSteps: options.kept ? durable : disposable,
  };
}
