import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineFleet, openEngineFleet } from '../engine/engine-fleet.ts';
import { fillContacts } from '../engine/fill-fleet.ts';
import type { PartContext } from '../part.ts';
import { readCpu, readFamilyCpu } from '../processes/process-figures.ts';

/** What a fleet costs that has nothing to send, each of one worker. */
export type IdleReading = Readonly<{
  devices: number;
  workers: number;
  /** Of the worker that has most. */
  connections: number;
  /** Scripts and publications a second. */
  commands: number;
  /** Percent of a core: the median and the most of the workers; Redis and Postgres for all of them. */
  cpu: Readonly<{
    median: number;
    most: number;
    scheduler: number;
    redis: number;
    postgres: number;
  }>;
  /** Redis' calls a second by command, those inside scripts included, the most frequent first. */
  calls: readonly (readonly [command: string, rate: number])[];
}>;

export type IdlePlan = Readonly<{ devices: number; settle: number; duration: number }>;

/** The commands by which a worker asks for jobs, tells of them, or looks after its locks. */
const ofClients: ReadonlySet<string> = new Set(['evalsha', 'eval', 'publish']);

/** Lets a fleet send one message for each device, so that every queue exists, and then do nothing. */
export async function measureIdle(context: PartContext, plan: IdlePlan): Promise<IdleReading> {
  const { say, signal } = context;
  const { devices } = plan;
  const fleet = await openEngineFleet(context, { devices });
  await fleet.pause();
  await fillContacts(fleet.lab, { devices: fleet.devices, messages: devices, first: 0 });
  await fleet.resume();
  while ((await fleet.readStats()).accepted < devices) await sleep(200, undefined, { signal });
  say(`every device has sent; nothing is due for ${(plan.settle + plan.duration) / 1_000} s`);
  await sleep(plan.settle, undefined, { signal });
  const before = await read(fleet);
  await sleep(plan.duration, undefined, { signal });
  const after = await read(fleet);
  const seconds = (after.at - before.at) / 1_000;
  const share = (ms: number) => ms / seconds / 10;
  const rates = Object.entries(after.calls)
    .map(([command, calls]) => [command, (calls - (before.calls[command] ?? 0)) / seconds] as const)
    .filter(([, rate]) => rate > 0)
    .toSorted(([, a], [, b]) => b - a);
  const perWorker = after.workers
    .map((cpu, index) => share(cpu - (before.workers[index] ?? 0)))
    .toSorted((a, b) => a - b);
  const sent = rates.filter(([command]) => ofClients.has(command));
  return {
    devices,
    workers: fleet.workers.length,
    connections: await countConnections(fleet),
    commands: sent.reduce((sum, [, rate]) => sum + rate, 0) / fleet.workers.length,
    cpu: {
      median: perWorker[Math.floor(perWorker.length / 2)] ?? 0,
      most: perWorker.at(-1) ?? 0,
      scheduler: share(after.scheduler - before.scheduler),
      redis: share(after.redis - before.redis),
      postgres: share(after.postgres - before.postgres),
    },
    calls: rates.slice(0, 12),
  };
}

async function read({ workers, scheduler, redis, lab: { servers } }: EngineFleet) {
  const stats = await redis.info('commandstats');
  const calls = Object.fromEntries(
    [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, command = '', count]) => [
      command,
      Number(count),
    ]),
  );
  return {
    at: performance.now(),
    calls,
    workers: await Promise.all(workers.map(async ({ pid }) => await readCpu(pid))),
    scheduler: await readCpu(scheduler.pid),
    redis: await readCpu(servers.redisPid),
    postgres: await readFamilyCpu(servers.postgresPid),
  };
}

/** By the names that workers give their connections. */
async function countConnections({ redis }: EngineFleet): Promise<number> {
  const clients = String(await redis.client('LIST'));
  const counts = new Map<string, number>();
  for (const [, id = ''] of clients.matchAll(/ name=worker-(?:sub-)?([0-9a-f-]+) /g)) {
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}
