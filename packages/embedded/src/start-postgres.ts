import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { type Cluster, createCluster, databaseName, userName } from './create-cluster.ts';
import { findPostgres, type PostgresPrograms } from './find-postgres.ts';
import { readKeptPassword } from './kept-password.ts';
import type { KeeperContext } from './keeper-context.ts';
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
 * Starts PostgreSQL: loopback only, for whoever has the password in the URL, user and database `dripfleet`,
 * C locale, UTF-8. `dataFolder` null keeps nothing.
 *
 * @throws {EmbeddedError} `postgres_not_found`, `version_mismatch`, `password_missing`, `start_failed`
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
  const password =
    keptMajor === undefined
      ? await createCluster(context, programs, cluster)
      : await readKeptPassword(cluster.folder);
  const { server, port } = await startServer(context, (chosen) =>
    postgresCommand(context, programs, { ...cluster, port: chosen }),
  );
  return {
    url: `postgres://${userName}:${password}@127.0.0.1:${port}/${databaseName}`,
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
