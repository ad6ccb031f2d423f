import { durationMs } from '@dripfleet/domain';
import { nudgeChannel, parseDeviceIds } from '@dripfleet/queue';
import { schedulerEngine } from '@dripfleet/scheduler';
import type { ProcessDatabase } from './process-database.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { openDatabase, openRedis } from './worker-process.ts';
import type { World } from './world.ts';

export type SchedulerProcess = Readonly<{
  process: SimulatedProcess;
  database: ProcessDatabase;
  terminate(): void;
}>;

/** Starts a scheduler: the production engine, over this world. */
export function startSchedulerProcess(world: World, queueSize: number): SchedulerProcess {
  const { time, random, witness } = world;
  const process = new SimulatedProcess(random.uuid(), 'scheduler', { time, random });
  const database = openDatabase(world, process, { patience: 17_000 });
  const redis = openRedis(world, process);
  const engine = schedulerEngine({
    parts: world.guardless.scheduler({
      clock: process.clock,
      db: database,
      queues: redis.schedulerQueues(),
    }),
    observe: (event) => witness.event(process, event),
    config: { TRIGGER_INTERVAL: durationMs(30_000), WORKER_QUEUE_SIZE: queueSize },
    health: { works: true },
  });
  redis.subscriptions().subscribe(nudgeChannel, (message) => engine.nudge(parseDeviceIds(message)));
  const stopping = new AbortController();
  const exit = () => process.kill();
  void engine.run(stopping.signal).then(exit, exit);
  return { process, database, terminate: () => process.call(() => stopping.abort()) };
}
