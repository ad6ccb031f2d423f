import type { EmbeddedErrorCode } from './embedded-error.ts';

/** What a keeper is asked to run; its only argument, as JSON. */
export type KeeperSettings = Readonly<{
  /** Where data outlives the servers, absolute; null for a folder that is removed with them. */
  dataFolder: string | null;
  postgres: boolean;
  /** Beside `postgres`, and only where nothing is kept. */
  replica: boolean;
  redis: boolean;
  redisDatabases: number;
}>;

/**
 * Where the servers are and which programs run them. The URLs hold the passwords: never log them, never pass them as
 * arguments. A server that was not asked for has an empty URL.
 */
export type KeptServers = Readonly<{
  databaseUrl: string;
  replicaUrl: string;
  redisUrl: string;
  how: Readonly<{ postgres: string; redis: string }>;
  cacheFolder: string;
}>;

/** Keeper to parent. The other way there is one message, `stop`, and the end of the channel means the same. */
export type KeeperReport =
  | Readonly<{ kind: 'progress'; line: string }>
  | Readonly<{ kind: 'ready'; servers: KeptServers }>
  | Readonly<{ kind: 'failed'; code: EmbeddedErrorCode; message: string; cause: string }>;
