import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded } from '@dripfleet/embedded';
import { copyRepository } from './work-copy.ts';

/** A copy of the repository with servers of its own, in which something may be broken. */
export type Lab = Readonly<{ root: string; databaseUrl: string; redisUrl: string }>;

export type Labs = Readonly<{
  all: readonly Lab[];
  /** Stops the servers and removes the copies. */
  close(): Promise<void>;
}>;

/** More databases than test files run at once. */
const redisDatabases = 512;

/** Throws when the servers can't be started; nothing is left then. */
export async function openLabs(root: string, count: number): Promise<Labs> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dripfleet-guards-'));
  const servers: { stop(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.all(servers.map(async (server) => await server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  const all: Lab[] = [];
  try {
    for (let number = 0; number < count; number += 1) {
      const copy = path.join(folder, String(number));
      await copyRepository(root, copy);
      const server = await startEmbedded({ postgres: true, redis: true, redisDatabases });
      servers.push(server);
      all.push({ root: copy, databaseUrl: server.databaseUrl, redisUrl: server.redisUrl });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { all, close };
}
