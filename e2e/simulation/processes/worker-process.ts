import { workerId } from '@dripfleet/domain';
import { controlChannel } from '@dripfleet/fleet';
import { parseDeviceIds } from '@dripfleet/queue';
import { claimDevices, findOwnedDevices, getSettings, releaseDevices } from '@dripfleet/store';
import type { SessionCredentials } from '@dripfleet/transport';
import {
  type FleetMember,
  joinFleet,
  runMember,
  workerConfig,
  workerStore,
  type WorkerParts,
} from '@dripfleet/worker';
import { processTransport } from '../network/process-transport.ts';
import { ProcessRedis } from '../redis/process-redis.ts';
import { ProcessDatabase } from './process-database.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { World } from './world.ts';

/** As in production but for what would make a run long: the answer's timeout. */
export const workerSettings = workerConfig({
  DATABASE_URL: 'postgres://simulated',
  REDIS_URL: 'redis://simulated',
  SIMULATOR_URL: 'ws://simulated',
  TRANSPORT: 'simulated',
  MAX_MESSAGES_PER_HOUR: '1000',
  MIN_GAP: '0s',
  MAX_GAP: '2s',
  ACK_TIMEOUT: '10s',
});

export type WorkerProcess = Readonly<{
  process: SimulatedProcess;
  /** The devices whose session it holds open, by their numbers. */
  open: ReadonlySet<string>;
  database: ProcessDatabase;
  heartbeatDatabase: ProcessDatabase;
  /** SIGTERM: it ends by itself. */
  terminate(): void;
  /** What its devices are doing, for whoever wonders why nothing happens. */
  describe(): string;
}>;

const lockTtl = Math.round((workerSettings.STEAL_AFTER * 5) / 6);

/** Starts a worker: the production engine, over this world. */
export function startWorkerProcess(world: World, capacity: number): WorkerProcess {
  const { time, random } = world;
  const process = new SimulatedProcess(random.uuid(), 'worker', { time, random });
  const database = openDatabase(world, process, { patience: 17_000 });
  const heartbeatDatabase = openDatabase(world, process, { patience: 4_000 });
  const open = new Set<string>();
  const giveUp = new AbortController();
  const exit = () => process.kill();
  let stop: (() => Promise<void>) | undefined;
  let describe = () => 'not a member of the fleet';
  let isTerminated = false;
  const terminate = () =>
    process.call(() => {
      isTerminated = true;
      if (stop) void stop().then(exit, exit);
      else exit();
    });
  const opened = openParts(world, { process, database, heartbeatDatabase, open, giveUp });
  const parts = world.guardless.worker(opened);
  const live = async () => {
    const running = await join(world, { process, parts, giveUp, capacity });
    describe = () => running.describe();
    stop = () => running.stop();
    if (isTerminated) terminate();
  };
  live().catch(exit);
  return {
    process,
    open,
    database,
    heartbeatDatabase,
    terminate,
    describe: () => `${process.name.slice(0, 4)} ${process.state}: ${describe()}`,
  };
}

async function join(
  world: World,
  options: {
    process: SimulatedProcess;
    parts: WorkerParts;
    giveUp: AbortController;
    capacity: number;
  },
): Promise<{ stop(): Promise<void>; describe(): string }> {
  const { process, parts, giveUp, capacity } = options;
  const worker = workerId(process.name);
  const { secret } = await getSettings(parts.db);
  const member = await joinFleet({
    worker,
    facts: {
      host: process.name.slice(0, 8),
      build: 'simulated',
      capacity,
      engine: 'workers',
    },
    config: workerSettings,
    parts,
    secret,
    observe: (event) => world.witness.event(process, event),
    giveUp: giveUp.signal,
  });
  parts.subscriptions.subscribe(controlChannel, (message) => {
    member.manager.refresh(parseDeviceIds(message)).catch(() => {});
  });
  const running = runMember(member, { worker, config: workerSettings, parts, giveUp });
  return { stop: () => running.stop(), describe: () => describeMember(member) };
}

function describeMember({ manager, heartbeat }: FleetMember): string {
  const devices = [...manager.workers].map(([device, { activity, context }]) => {
    const { epoch, generation } = context.claim;
    return `device ${device} ${activity.kind} since ${activity.since.toFixed(0)} (epoch ${epoch}, generation ${generation})`;
  });
  return [`generation ${heartbeat.generation}`, ...devices].join('; ');
}

function openParts(
  world: World,
  options: Omit<WorkerProcess, 'terminate' | 'describe' | 'open'> & {
    giveUp: AbortController;
    open: Set<string>;
  },
): WorkerParts {
  const { process, giveUp, open } = options;
  const { time, random, network, log, conditions, witness } = world;
  const worker = workerId(process.name);
  const { clock } = process;
  const db = options.database;
  const redis = openRedis(world, process);
  return {
    clock,
    db,
    heartbeatDb: options.heartbeatDatabase,
    store: workerStore(db, { worker, clock, giveUp: giveUp.signal }),
    claimStore: {
      claimDevices: async (by, request) => await claimDevices(db, by, request),
      releaseDevices: async (by, releases) => await releaseDevices(db, by, releases),
      findOwnedDevices: async (by) => await findOwnedDevices(db, by),
    },
    locks: redis.locks(worker, lockTtl),
    queues: redis.workerQueues(),
    subscriptions: redis.subscriptions(),
    network: {
      transport: processTransport({
        process,
        time,
        random,
        network,
        log,
        isCutOff: () => conditions.isCutOffFromNetwork(process),
        onConnect: (device) => witness.connecting(process, device),
        onSend: (to) => conditions.beforeSend(process, to),
        open,
        ackTimeout: workerSettings.ACK_TIMEOUT,
      }),
      openCredentials: () => noCredentials,
      sealChallenge: () => Promise.reject(new Error('simulated devices are not paired')),
    },
  };
}

export function openDatabase(
  world: World,
  process: SimulatedProcess,
  { patience }: { patience: number },
): ProcessDatabase {
  const { time, random, conditions, witness, database } = world;
  return new ProcessDatabase({
    process,
    time,
    random,
    patience,
    server: database.connect(),
    weather: () => conditions.postgres(process),
    fateOf: (call) => conditions.fateOfCall(process, call),
    onCommit: (committed) => witness.committed(committed),
  });
}

export function openRedis(world: World, process: SimulatedProcess): ProcessRedis {
  const { time, random, conditions, redis } = world;
  return new ProcessRedis({
    process,
    time,
    random,
    server: redis,
    patience: 5_000,
    onFetch: (run) => world.witness.tookInHand(process, run),
    weather: () => conditions.redis(process),
    fateOf: (call) => conditions.fateOfCall(process, call),
  });
}

const noCredentials: SessionCredentials = {
  read: () => Promise.resolve({ kind: 'read', values: new Map() }),
  write: () => Promise.resolve('written'),
  replace: () => Promise.resolve('written'),
};
