import { chown, mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

import { findPostgres, type PostgresPrograms } from './find-postgres.ts';
import type { KeeperContext } from './keeper-context.ts';
import { runCommand } from './run-command.ts';
import { serverEnvironment } from './server-environment.ts';
import type { ServerCommand, StopStep } from './server-process.ts';
import { type StartedServer, startServer } from './start-server.ts';

type Cluster = Readonly<{ folder: string; kept: boolean }>;

const userName = 'dripfleet';
const databaseName = 'dripfleet';

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
 * Starts PostgreSQL: loopback only, no password (whoever is on this machine may connect), user and database
 * `dripfleet`, C locale, UTF-8. `dataFolder` null keeps nothing.
 *
 * @throws {EmbeddedError} `postgres_not_found`, `version_mismatch`, `start_failed`
 */
export async function startPostgres(
  context: KeeperContext,
  dataFolder: string | null,
): Promise<StartedServer> {
  const cluster = {
    folder: path.join(dataFolder ?? context.runFolder, 'postgres'),
    kept: dataFolder !== null,
  };
  const keptMajor = await readMajor(cluster.folder);
  const programs = await findPostgres(context, keptMajor);
  if (keptMajor === undefined) {
    context.progress(`creating a PostgreSQL ${programs.major} database`);
    await createCluster(context, programs, cluster);
  }
  const { server, port } = await startServer(context, (chosen) =>
    postgresCommand(context, programs, { ...cluster, port: chosen }),
  );
  return {
    url: `postgres://${userName}@127.0.0.1:${port}/${databaseName}`,
    how: `PostgreSQL ${programs.major} from ${programs.binFolder}`,
    server,
  };
}

function postgresCommand(
  { env, runFolder, user }: KeeperContext,
  { binFolder }: PostgresPrograms,
  { folder, kept, port }: Cluster & Readonly<{ port: number }>,
): ServerCommand {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // Compiling a query takes longer than any of ours runs.
    'jit=off',
    'timezone=UTC',
    ...(kept ? [] : disposableSettings),
  ];
  return {
    name: 'postgres',
    file: path.join(binFolder, 'postgres'),
    args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    env: serverEnvironment(env, runFolder),
    user,
    readyText: 'database system is ready to accept connections',
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

/** Made under another name and moved when complete, so that an interrupted start leaves no half database. */
async function createCluster(
  { env, runFolder, user }: KeeperContext,
  { binFolder }: PostgresPrograms,
  { folder, kept }: Cluster,
): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user) await chown(unfinished, user.uid, user.gid);
  const options = { env: serverEnvironment(env, runFolder), user };
  const names = ['--username', userName, '--encoding', 'UTF8', '--locale', 'C'];
  const sync = kept ? [] : ['--no-sync'];
  await runCommand(
    path.join(binFolder, 'initdb'),
    ['-D', unfinished, '--auth', 'trust', ...names, ...sync],
    options,
  );
  // Single-user mode makes a database without a client library.
  await runCommand(
    path.join(binFolder, 'postgres'),
    ['--single', '-D', unfinished, '-c', `fsync=${kept ? 'on' : 'off'}`, 'postgres'],
    { ...options, input: `create database ${databaseName};\n` },
  );
  await rename(unfinished, folder);
}
