import { startEmbedded } from '@dripfleet/embedded';

/** A Redis server of this test's own, for what all databases of a server share: its memory, its settings, its life. */
export async function startOwnRedis(): Promise<Readonly<{ url: string; stop(): Promise<void> }>> {
  const servers = await startEmbedded({ postgres: false });
  return { url: servers.redisUrl, stop: async () => await servers.stop() };
}
