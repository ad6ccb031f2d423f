import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createKeyFile } from '@dripfleet/credentials';
import { openDatabase } from '@dripfleet/store';
import { AppProcess, type Cleanup, pairDevices, type Screen } from '@dripfleet/tools';
import { Redis } from 'ioredis';

import { fleetSettings, hookSettings } from '../fleet-settings.ts';
import type { SoakOptions } from '../soak-options.ts';
import { Fleet } from './fleet.ts';
import type { RedisCommands } from './lab.ts';
import { closeLinks, type LinkName, type Links, openLinks } from './links.ts';
import { Member } from './member.ts';
import { NetworkControl } from './network-control.ts';
import { Operator } from './operator.ts';
import { PostgresServer } from './postgres-server.ts';
import { RedisServer } from './redis-server.ts';

export type LabOptions = Readonly<{
  options: Pick<SoakOptions, 'transport' | 'ledger' | 'workers' | 'schedulers'>;
  /** What every app runs with; the soak's unless told. */
  settings?: NodeJS.ProcessEnv;
  env: NodeJS.ProcessEnv;
  screen: Screen;
  cleanup: Cleanup;
  /** Something went wrong that no fault explains. */
  onProblem(what: string): void;
}>;

export type OpenLab = Awaited<ReturnType<typeof openLab>>;

/** Starts the servers, the network and the links, and makes a place for every worker and scheduler; starts none of them. */
export async function openLab({ options, env, screen, cleanup, ...rest }: LabOptions) {
  const { settings = fleetSettings, onProblem } = rest;
  const servers = await openServers({ env, screen, cleanup, ledger: options.ledger });
  const { postgres, redis, ledger, folder } = servers;
  const keyFile = join(folder, 'credentials.key');
  if (options.transport === 'baileys') await createKeyFile(keyFile);
  const simulator = await AppProcess.start('simulator', {
    name: 'simulator',
    env: { ...env, LOG_LEVEL: 'warn' },
    args: ['--port', '0', '--ledger', ledger],
  });
  cleanup.add(async () => await simulator.stop());
  const networkPort = Number(simulator.facts['port']);
  const ports = {
    postgres: () => postgres.port,
    redis: () => redis.port,
    network: () => networkPort,
  };
  const open = async (): Promise<Links> => {
    const links = await openLinks((name: LinkName) => ports[name]());
    cleanup.add(async () => await closeLinks(links));
    return links;
  };
  const envOver = (links: Links): NodeJS.ProcessEnv => ({
    ...env,
    ...settings,
    DATABASE_URL: postgres.urlAt(links.postgres.port),
    REDIS_URL: redis.urlAt(links.redis.port),
    TRANSPORT: options.transport,
    SIMULATOR_URL: `ws://127.0.0.1:${links.network.port}`,
    WHATSAPP_URL: `ws://127.0.0.1:${links.network.port}/ws/chat`,
    ...(options.transport === 'baileys' ? { CREDENTIALS_KEY_FILE: keyFile } : {}),
  });
  const safe = await open();
  const db = openDatabase({
    url: postgres.urlAt(safe.postgres.port),
    applicationName: 'soak',
    connectionsMax: 2,
    statementTimeout: 5_000,
  });
  cleanup.add(async () => await db.close());
  const place = async (app: 'worker' | 'scheduler', number: number): Promise<Member> => {
    const links = await open();
    const ordersFile = join(folder, `${app}-${number}.orders`);
    const member = new Member({
      app,
      name: `${app} ${number}`,
      links,
      env: { ...envOver(links), ...(app === 'worker' ? hookSettings(env, ordersFile) : {}) },
      logFile: `${ledger}.${app}-${number}.log`,
      ordersFile,
      signal: cleanup.signal,
      onLost: onProblem,
    });
    cleanup.add(async () => await member.close());
    return member;
  };
  const places = async (app: 'worker' | 'scheduler', count: number) =>
    await Promise.all(Array.from({ length: count }, async (_, at) => await place(app, at + 1)));
  return {
    ...servers,
    db,
    keyFile,
    databaseUrl: postgres.urlAt(safe.postgres.port),
    network: new NetworkControl(`http://127.0.0.1:${networkPort}`),
    operator: new Operator(envOver(safe), cleanup.signal),
    fleet: new Fleet({
      schedulers: await places('scheduler', options.schedulers),
      workers: await places('worker', options.workers),
      db,
    }),
    withRedis: async <T>(work: (commands: RedisCommands) => Promise<T>) =>
      await askRedis(redis.urlAt(redis.port), work),
  };
}

/** Real Postgres and Redis of our own, because they are to be struck, and the files of the run. */
async function openServers({
  env,
  screen,
  cleanup,
  ledger: wanted,
}: Pick<LabOptions, 'env' | 'screen' | 'cleanup'> & { ledger: string | undefined }) {
  const options = {
    env,
    say: () => {},
    onFailure: (error: Error) => cleanup.abort(error),
  };
  const redis = await RedisServer.open(options);
  cleanup.add(async () => await redis.stop());
  const folder = mkdtempSync(join(redis.cacheFolder, 'soak-'));
  cleanup.add(() => rmSync(folder, { recursive: true, force: true }));
  const dataFolder = mkdtempSync(join(redis.cacheFolder, 'soak-data-'));
  const postgres = await PostgresServer.open(options, dataFolder);
  cleanup.add(async () => await postgres.close());
  screen.say(`Postgres: ${postgres.how} · Redis: ${redis.how}`);
  return { postgres, redis, folder, ...openLedger(wanted, redis.cacheFolder, cleanup) };
}

/** Where the network writes; one that nobody named goes with the run, unless it is kept to be looked at. */
function openLedger(wanted: string | undefined, cacheFolder: string, cleanup: Cleanup) {
  if (wanted !== undefined) {
    mkdirSync(dirname(wanted), { recursive: true });
    return { ledger: wanted, keepFiles: () => {} };
  }
  const folder = mkdtempSync(join(cacheFolder, 'soak-run-'));
  let kept = false;
  cleanup.add(() => {
    if (!kept) rmSync(folder, { recursive: true, force: true });
  });
  const keepFiles = () => {
    kept = true;
  };
  return { ledger: join(folder, 'ledger.jsonl'), keepFiles };
}

async function askRedis<T>(url: string, work: (redis: RedisCommands) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null, commandTimeout: 5_000 });
  redis.on('error', () => {});
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** Pairs every device as an operator and its phone do, before anything is struck. */
export async function pairAll(
  { databaseUrl, keyFile, network }: Pick<OpenLab, 'databaseUrl' | 'keyFile' | 'network'>,
  devices: ReadonlyMap<string, string>,
  { screen, cleanup }: Pick<LabOptions, 'screen' | 'cleanup'>,
): Promise<void> {
  await pairDevices({
    databaseUrl,
    keyFile,
    simulatorUrl: network.url,
    devices,
    signal: cleanup.signal,
    onPaired: (paired) => screen.progress(`paired ${paired} of ${devices.size} devices`),
  });
}
