import { startEmbedded } from '@dripfleet/embedded';

export type Servers = Readonly<{
  databaseUrl: string;
  redisUrl: string;
  /** A folder for this run's files. */
  cacheFolder: string;
  how: string;
  stop(): Promise<void>;
}>;

/** The servers that DATABASE_URL and REDIS_URL name, else real ones of our own. Durable ones keep their data in `dataFolder`. */
export async function openServers(
  env: NodeJS.ProcessEnv,
  options: { dataFolder?: string; say: (line: string) => void; onFailure: (error: Error) => void },
): Promise<Servers> {
  const databaseUrl = env['DATABASE_URL'];
  const redisUrl = env['REDIS_URL'];
  const { dataFolder } = options;
  const embedded = await startEmbedded({
    postgres: !databaseUrl,
    redis: !redisUrl,
    env,
    onProgress: options.say,
    onFailure: options.onFailure,
    ...(dataFolder === undefined ? {} : { durable: true, dataFolder }),
  });
  const { how } = embedded;
  return {
    databaseUrl: databaseUrl || embedded.databaseUrl,
    redisUrl: redisUrl || embedded.redisUrl,
    cacheFolder: embedded.cacheFolder,
    how: `Postgres: ${databaseUrl ? 'DATABASE_URL' : how.postgres} · Redis: ${redisUrl ? 'REDIS_URL' : how.redis}`,
    stop: embedded.stop,
  };
}
