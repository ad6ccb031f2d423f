import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';

import { type Cluster, createCluster, databaseName, userName } from './create-cluster.ts';
import { findPostgres, type PostgresPrograms } from './find-postgres.ts';
import { readKeptPassword } from './kept-password.ts';
import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { writeSecretFile } from './secret-file.ts';
import { serverEnvironment } from './server-environment.ts';
import type { ServerCommand, StopStep } from './server-process.ts';
import { type StartedServer, startServer } from './start-server.ts';

const durable: readonly StopStep[] = [
  // Fast shutdown: roll back, write a checkpoint, leave.
  { signal: 'SIGINT', waitMs: 60_000 },
  // Immediate shutdown: the log is replayed at the next start.
  { signal: 'SIGQUIT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 10_000 },
];
/** The data is thrown away, so nothing needs to be written first; still, shared memory is given back. */
const disposable = durable.slice(1);

/** fsync and its relatives cost most of a small write and save nothing that is thrown away. */
const disposableSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * An eighth of the memory for pages, 2 GB at most: half of what PostgreSQL's manual advises for a server that has the
 * machine for itself. With the default, 128 MB, a pass over ten million rows spends its time writing pages back to read
 * others. Fewer checkpoints, for the first write to a page after each writes the whole page to the log.
 */
function keptSettings(): readonly string[] {
  const eighth = Math.floor(
    Math.min(totalmem(), process.constrainedMemory() || Infinity) / 8 / MiB,
  );
  return [`shared_buffers=${Math.min(2_048, Math.max(128, eighth))}MB`, 'max_wal_size=4GB'];
}
const MiB = 2 ** 20;

type Name = Extract<ServerCommand['name'], 'postgres' | 'replica'>;

/** The servers of one start: the one that is written to, and the one that follows it. */
export type StartedPostgres = Readonly<{
  primary: StartedServer;
  replica: StartedServer | undefined;
}>;

/**
 * Starts PostgreSQL: loopback only, for whoever has the password in the URL, user and database `dripfleet`,
 * C locale, UTF-8. `dataFolder` null keeps nothing. With `replica` a second server follows the first by streaming.
 *
 * @throws {EmbeddedError} `postgres_not_found`, `version_mismatch`, `password_missing`, `start_failed`
 */
export async function startPostgres(
  context: KeeperContext,
  { dataFolder, replica }: Readonly<{ dataFolder: string | null; replica: boolean }>,
): Promise<StartedPostgres> {
  const cluster = {
    folder: path.join(dataFolder ?? context.runFolder, 'postgres'),
    kept: dataFolder !== null,
  };
  const keptMajor = await readMajor(cluster.folder);
  const programs = await findPostgres(context, keptMajor);
  const password =
    keptMajor === undefined
      ? await createCluster(context, programs, cluster)
      : await readKeptPassword(cluster.folder);
  const follower = { folder: `${cluster.folder}-replica`, kept: false };
  // Before the first start: a copy of a cluster that nothing writes to needs no backup to be made.
  if (replica) await copyCluster(context, cluster.folder, follower.folder);
  const primary = await startOne(context, programs, { name: 'postgres', cluster, password });
  if (!replica) return { primary, replica: undefined };
  await follow(context, follower.folder, primary.url);
  return {
    primary,
    replica: await startOne(context, programs, { name: 'replica', cluster: follower, password }),
  };
}

async function startOne(
  context: KeeperContext,
  programs: PostgresPrograms,
  { name, cluster, password }: Readonly<{ name: Name; cluster: Cluster; password: string }>,
): Promise<StartedServer> {
  const { server, port } = await startServer(context, (chosen) =>
    postgresCommand(context, programs, { ...cluster, name, port: chosen }),
  );
  return {
    url: `postgres://${userName}:${password}@127.0.0.1:${port}/${databaseName}`,
    how: `PostgreSQL ${programs.major} from ${programs.binFolder}`,
    server,
  };
}

async function copyCluster(
  { env, runFolder }: KeeperContext,
  from: string,
  to: string,
): Promise<void> {
  // With its owner, who may not write to the folder that both are in.
  await runCommand('cp', ['-a', from, to], { env: serverEnvironment(env, runFolder) });
}

/** Makes the server of this folder read-only, and a follower of the one at `url`. */
async function follow({ user }: KeeperContext, folder: string, url: string): Promise<void> {
  // In a file and no argument, for it holds the password. The setting is a string in single quotes, and the URL has none.
  const connection = `primary_conninfo = '${url}'`;
  await writeSecretFile(path.join(folder, 'postgresql.auto.conf'), connection, user);
  await writeSecretFile(path.join(folder, 'standby.signal'), '', user);
}

function postgresCommand(
  { env, runFolder, user }: KeeperContext,
  { binFolder }: PostgresPrograms,
  { name, folder, kept, port }: Cluster & Readonly<{ name: Name; port: number }>,
): ServerCommand {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // Compiling a query takes longer than any of ours runs.
    'jit=off',
    'timezone=UTC',
    ...(kept ? keptSettings() : disposableSettings),
  ];
  return {
    name,
    file: path.join(binFolder, 'postgres'),
    args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    env: serverEnvironment(env, runFolder),
    user,
    // A replica is ready to accept `read-only connections`.
    readyText: 'database system is ready to accept',
    stopSteps: kept ? durable : disposable,
  };
}

async function readMajor(folder: string): Promise<number | undefined> {
  try {
    return Number(await readFile(path.join(folder, 'PG_VERSION'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
