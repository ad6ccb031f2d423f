import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded } from '@dripfleet/embedded';
import type { PartContext } from '../part.ts';
import { findSibling } from './process-figures.ts';

export type DurableServers = Readonly<{
  databaseUrl: string;
  redisUrl: string;
  postgresPid: number;
  redisPid: number;
  /** Versions, and how safe what is written is. */
  settings: Readonly<Record<string, string>>;
  /** Of this run alone; goes with it. */
  folder: string;
}>;

/**
 * Postgres and Redis of our own, with nothing of their durability switched off, for figures without it are of another
 * service. Ends with the run, and leaves nothing.
 */
export async function startDurableServers({
  env,
  say,
  onEnd,
  abort,
}: PartContext): Promise<DurableServers> {
  const folder = await mkdtemp(join(tmpdir(), 'dripfleet-bench-'));
  onEnd(async () => await rm(folder, { recursive: true, force: true }));
  // As root the servers run as another user, who must be able to enter; what is secret in it has modes of its own.
  await chmod(folder, 0o755);
  const dataFolder = join(folder, 'data');
  const servers = await startEmbedded({
    env,
    durable: true,
    dataFolder,
    onProgress: say,
    onFailure: abort,
  });
  onEnd(async () => await servers.stop());
  const postgresPid = await readPostmaster(dataFolder);
  await assertDurable(postgresPid);
  return {
    databaseUrl: servers.databaseUrl,
    redisUrl: servers.redisUrl,
    postgresPid,
    redisPid: await findSibling(postgresPid, /redis-server|valkey-server/),
    settings: {
      Postgres: `${withoutPath(servers.how.postgres)}; fsync, full_page_writes and synchronous_commit on`,
      Redis: `${withoutPath(servers.how.redis)}; append-only file, synced every second`,
    },
    folder,
  };
}

async function readPostmaster(dataFolder: string): Promise<number> {
  const [first] = (await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split(
    '\n',
  );
  return Number(first);
}

/** The report says so, so it is looked up in what runs, and not taken for granted. */
async function assertDurable(pid: number): Promise<void> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
  if (/(fsync|synchronous_commit|full_page_writes)=off/.test(command)) {
    throw new Error('Postgres runs without durability; its figures would say nothing');
  }
}

/** Reports name no folder of a machine. */
const withoutPath = (how: string): string => how.split(' from ')[0] ?? how;
