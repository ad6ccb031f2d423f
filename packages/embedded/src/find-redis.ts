import path from 'node:path';

import { EmbeddedError } from './embedded-error.ts';
import { findOnPath, mayUseSystemServers } from './find-on-path.ts';
import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { serverEnvironment } from './server-environment.ts';
import { unpackRedis } from './unpack-redis.ts';

export type RedisProgram = Readonly<{
  file: string;
  /** `Redis 7.0.15`, `Valkey 8.1.1` */
  version: string;
  /** Folders with shared libraries the system does not have. */
  libraryPath: string;
}>;

/** The oldest version BullMQ supports without a warning. */
const oldestVersion = { major: 6, minor: 2 };

/**
 * The Redis to run: `DRIPFLEET_REDIS_SERVER`, else `redis-server` or `valkey-server` on PATH, else Debian's or
 * Ubuntu's package, unpacked privately.
 *
 * @throws {EmbeddedError} `redis_not_found`
 */
export async function findRedis(context: KeeperContext): Promise<RedisProgram> {
  const refused: string[] = [];
  for (const open of listSources(context)) {
    try {
      const found = await open();
      if (found === undefined) continue;
      const version = await askVersion(found, context);
      return { ...found, version };
    } catch (error) {
      context.signal.throwIfAborted();
      refused.push((error as Error).message);
    }
  }
  throw new EmbeddedError(
    'redis_not_found',
    `No Redis ${oldestVersion.major}.${oldestVersion.minor} or newer was found: install it (apt-get install redis-server, brew install redis), or set REDIS_URL. (${refused.join('; ')})`,
  );
}

type Source = () => Promise<Omit<RedisProgram, 'version'> | undefined>;

/** Best first. A server that somebody named is the only one: another would hide the mistake. */
function listSources(context: KeeperContext): Source[] {
  const { env } = context;
  const named = env['DRIPFLEET_REDIS_SERVER'];
  if (named) return [async () => ({ file: path.resolve(named), libraryPath: '' })];
  const onPath =
    (program: string): Source =>
    async () => {
      const file = await findOnPath(program, env);
      return file === undefined ? undefined : { file, libraryPath: '' };
    };
  const unpacked: Source = async () => await unpackRedis(context);
  if (!mayUseSystemServers(env)) return [unpacked];
  return [onPath('redis-server'), onPath('valkey-server'), unpacked];
}

/** Asked as the user who will run it, who may not be allowed where we are. */
async function askVersion(
  { file, libraryPath }: Omit<RedisProgram, 'version'>,
  { env, runFolder, user }: KeeperContext,
): Promise<string> {
  const text = await runCommand(file, ['--version'], {
    env: { ...serverEnvironment(env, runFolder), LD_LIBRARY_PATH: libraryPath },
    user,
    timeoutMs: 10_000,
  });
  const [, name, version, major, minor] = /^(\w+) server v=((\d+)\.(\d+)\S*)/i.exec(text) ?? [];
  if (name === undefined) throw new TypeError(`${file} is not Redis: ${text.trim()}`);
  const isOld =
    Number(major) < oldestVersion.major ||
    (Number(major) === oldestVersion.major && Number(minor) < oldestVersion.minor);
  if (isOld) throw new RangeError(`${file} is version ${version}`);
  return `${name} ${version}`;
}
