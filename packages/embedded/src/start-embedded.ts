import path from 'node:path';

import type { EmbeddedError } from './embedded-error.ts';
import { KeeperProcess } from './keeper-process.ts';
import type { KeptServers } from './keeper-messages.ts';

export type EmbeddedServers = KeptServers &
  Readonly<{
    /** Resolves when the servers are gone and everything but the cache folder and kept data is removed. */
    stop(): Promise<void>;
  }>;

export type EmbeddedOptions = Readonly<{
  /** Keep the data in `dataFolder` and write it so that it survives a power cut. Default: false, fast and thrown away. */
  durable?: boolean;
  /** Required with `durable`, and only then; relative to the working directory. */
  dataFolder?: string;
  /** false: do not start it, because the caller was given a URL. Its URL is then empty. */
  postgres?: boolean;
  redis?: boolean;
  /** A second Postgres that streams from the first, to be read only; not with `durable`. Default: false. */
  replica?: boolean;
  /** Number of Redis databases; default 16. */
  redisDatabases?: number;
  /** One line per step that takes time, for the person who waits. */
  onProgress?: (line: string) => void;
  /** Called at most once, when a server ends by itself later; the other one is then stopped too. */
  onFailure?: (error: EmbeddedError) => void;
  /** Where PATH, HOME, DRIPFLEET_CACHE and DRIPFLEET_REDIS_SERVER are read; default: this process's. */
  env?: NodeJS.ProcessEnv;
}>;

/**
 * Starts real PostgreSQL and Redis on free loopback ports: the system's, else unpacked into the cache folder. Each
 * has a random password, in its URL, that keeps the other users of the machine out; kept data keeps its own, in
 * `postgres.password` beside it, while Redis gets a new one at each start.
 *
 * A process of its own keeps them, and ends them when this process ends in whatever way, SIGKILL included. They
 * do not keep this process alive. Two starts never share servers; they may share the cache folder.
 *
 * @throws {EmbeddedError} nothing is left running
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedServers> {
  const { durable = false, replica = false, dataFolder } = options;
  if (durable !== (dataFolder !== undefined)) {
    throw new TypeError('durable and dataFolder come together');
  }
  if (replica && (durable || options.postgres === false)) {
    throw new TypeError('a replica needs a postgres beside it, and keeps no data');
  }
  const keeper = new KeeperProcess(
    {
      dataFolder: dataFolder === undefined ? null : path.resolve(dataFolder),
      postgres: options.postgres ?? true,
      replica,
      redis: options.redis ?? true,
      redisDatabases: options.redisDatabases ?? 16,
    },
    options,
  );
  const servers = await keeper.ready();
  return { ...servers, stop: async () => await keeper.stop() };
}
