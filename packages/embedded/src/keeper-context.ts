import type { ServerProcess } from './server-process.ts';
import type { ServerUser } from './server-user.ts';

/** What every stage of a start shares. */
export type KeeperContext = Readonly<{
  env: NodeJS.ProcessEnv;
  /** Whom the servers run as; undefined for the user of this process. */
  user: ServerUser | undefined;
  cacheFolder: string;
  /** This start's own folder under the cache folder: scratch space, and the data that is not kept. */
  runFolder: string;
  /** Aborts when the start is given up. */
  signal: AbortSignal;
  progress(line: string): void;
  /** Takes over a server the moment it runs, so that it is stopped whatever happens next. */
  adopt(server: ServerProcess): void;
}>;
