import { chown, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import { findRedis, type RedisProgram } from './find-redis.ts';
import type { KeeperContext } from './keeper-context.ts';
import { makePassword, writeSecretFile } from './secret-file.ts';
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
 * Starts Redis: loopback only, for whoever has the password in the URL, never evicting a key. `dataFolder` null
 * keeps nothing; else the append-only file, synced every second, keeps all but the last second through a power cut.
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
  const password = makePassword();
  // A file and not its standard input: cut short by a crash of ours, that would start it without a password.
  const configFile = path.join(context.runFolder, 'redis.conf');
  await writeSecretFile(configFile, `requirepass ${password}`, context.user);
  const options = { folder, configFile, databases, kept: dataFolder !== null };
  try {
    const { server, port } = await startServer(context, (chosen) =>
      redisCommand(context, program, { ...options, port: chosen }),
    );
    return {
      url: `redis://:${password}@127.0.0.1:${port}`,
      how: `${program.version} from ${program.file}`,
      server,
    };
  } finally {
    await rm(configFile, { force: true });
  }
}

type RedisOptions = Readonly<{
  folder: string;
  configFile: string;
  databases: number;
  kept: boolean;
  port: number;
}>;

function redisCommand(
  { env, runFolder, user }: KeeperContext,
  { file, libraryPath }: RedisProgram,
  options: RedisOptions,
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
    args: [
      options.configFile,
      ...Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    ],
    env: { ...serverEnvironment(env, runFolder), LD_LIBRARY_PATH: libraryPath },
    user,
    readyText: 'Ready to accept connections',
    stopSteps: options.kept ? durable : disposable,
  };
}
