import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceId, PacingOverride } from '@dripfleet/domain';
import { announceChange, openRedis, whenReady } from '@dripfleet/fleet';
import { resumeDevices, setRollout } from '@dripfleet/operations';
import { nudge } from '@dripfleet/queue';
import type { NamedDevice } from '@dripfleet/store';
import { type BenchLab, openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';
import type { ChildProgram } from '../processes/child-program.ts';
import { fillDevices, pauseAll } from './fill-fleet.ts';

/** As the design has it: MAX_WORKERS_PER_INSTANCE. */
const devicesOfWorker = 500;
const pollEvery = 200;

/** A whole service at work: every device connected, nothing due. */
export type EngineFleet = Readonly<{
  lab: BenchLab;
  devices: readonly NamedDevice[];
  workers: readonly ChildProgram[];
  scheduler: ChildProgram;
  simulator: ChildProgram;
  /** The simulator's, where each message is. */
  ledger: string;
  /** A connection of the benchmark's own. */
  redis: ReturnType<typeof openRedis>;
  readStats(): Promise<NetworkStats>;
  /** Tells the schedulers that rows of these devices may be due. */
  nudge(devices: readonly DeviceId[]): Promise<void>;
  /** As `dripfleet pause --all`. */
  pause(): Promise<void>;
  /** As `dripfleet resume --all`. */
  resume(): Promise<void>;
}>;

/** What the simulated network counted so far. */
export type NetworkStats = Readonly<{ accepted: number; repeats: number; open: number }>;

/** Every message is reported as delivered, and none as read. */
const networks = {
  /** Answers at once: what is measured is the engine. */
  instant: ['--ack-delay', '1', '--receipt-delay', '1', '--read-share', '0'],
  /** Answers as a server some thousand kilometres away: what waits for answers shows. */
  distant: ['--ack-delay', '50-150', '--receipt-delay', '100', '--read-share', '0'],
};

export type FleetOptions = Readonly<{
  devices: number;
  /** None by default: caps of 10⁹ and gaps of 0 s. */
  pacing?: PacingOverride | undefined;
  way?: Way;
  network?: keyof typeof networks;
}>;

/**
 * How messages get to a device worker: from its device queue, from a stock BullMQ worker for each device, or from the direct
 * processor. All else is the same.
 */
export type Way = 'queues' | 'stock' | 'direct';

const stockWorker = new URL('../compare/stock-worker.js', import.meta.url);

/** Starts servers, network, as many workers as the devices need and a scheduler; resolves when all are connected. */
export async function openEngineFleet(
  context: PartContext,
  { devices: count, pacing, way = 'queues', network = 'instant' }: FleetOptions,
): Promise<EngineFleet> {
  const { say, signal, onEnd } = context;
  const lab = await openBenchLab(context);
  const { servers, db } = lab;
  const ledger = join(servers.folder, 'ledger.jsonl');
  const simulator = await lab.startApp('simulator', {
    args: ['--ledger', ledger, ...networks[network]],
  });
  const address = `127.0.0.1:${simulator.facts['port']}`;
  const env = {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    TRANSPORT: 'simulated',
    SIMULATOR_URL: `ws://${address}`,
    // What production logs is part of what a message costs.
    LOG_LEVEL: 'info',
    PORT: '0',
    ...(way === 'direct' ? { ENGINE: 'direct', TRIGGER_INTERVAL: '1s' } : {}),
  };
  const devices = await fillDevices(lab, { count, pacing });
  const ids = devices.map(({ deviceId }) => deviceId);
  if (way === 'direct') await setRollout(db, { percent: 0, actor: 'bench' });
  const workers: ChildProgram[] = [];
  while (workers.length * devicesOfWorker < count) {
    workers.push(
      way === 'stock'
        ? await lab.startProgram(stockWorker, 'stock worker', { env })
        : await lab.startApp('worker', { env }),
    );
  }
  const scheduler = await lab.startApp('scheduler', { env });
  const redis = openRedis(servers.redisUrl, { connectionName: 'bench', use: 'commands' });
  onEnd(() => redis.disconnect());
  await whenReady(redis);
  const readStats = async (): Promise<NetworkStats> => {
    const answer = await fetch(`http://${address}/stats`, { signal });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator is ours
    return (await answer.json()) as NetworkStats;
  };
  for (let before = -1, open = 0; open < count; before = open) {
    await sleep(pollEvery, undefined, { signal });
    ({ open } = await readStats());
    const isWorthTelling = Math.floor(open / 500) > Math.floor(before / 500);
    if (isWorthTelling) say(`${open} of ${count} devices are connected`);
  }
  return {
    lab,
    devices,
    workers,
    scheduler,
    simulator,
    ledger,
    redis,
    readStats,
    nudge: async (which) => await nudge(redis, which),
    pause: async () => {
      await pauseAll(lab);
      await announceChange(redis, ids);
    },
    resume: async () => {
      await resumeDevices(db, { selector: { kind: 'all' }, actor: 'bench' });
      await announceChange(redis, ids);
      await nudge(redis, ids);
    },
  };
}
