import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { countSequenceContacts } from '@dripfleet/store';
import { Cleanup } from '../cleanup.ts';
import type { PartContext } from '../part.ts';
import { readCpu, readFamilyCpu, readMemory } from '../processes/process-figures.ts';
import { type EngineFleet, openEngineFleet } from './engine-fleet.ts';
import type { EnginePlan, FleetPlan } from './engine-plan.ts';
import { fillContacts } from './fill-fleet.ts';

/** The processes whose CPU a message costs, and the simulator's, which is no part of it. */
export const costs = ['workers', 'scheduler', 'postgres', 'redis'] as const;
export type Cost = (typeof costs)[number];

/** One measurement: CPU in µs a message. */
export type EngineReading = Readonly<{
  devices: number;
  messages: number;
  /** From the order to go on until the last message was concluded, ms. */
  took: number;
  /** Messages a minute. */
  rate: number;
  cpu: Readonly<Record<Cost | 'simulator', number>>;
  /** Resident after it, MiB: of the worker that has most, and of Redis. */
  memory: Readonly<{ worker: number; redis: number }>;
}>;

export type EngineFindings = Readonly<{
  readings: readonly EngineReading[];
  servers: Readonly<Record<string, string>>;
}>;

/** Between two looks at how far it is. */
const pollEvery = 100;
/** Longer than all of it takes on a slow machine. */
const patience = 600_000;
/** Before a reading begins: what an import leaves to do. */
const settle = 3_000;

/** Lets fleets of each size send as fast as they can, one after another. */
export async function measureEngine(
  context: PartContext,
  plan: EnginePlan,
): Promise<EngineFindings> {
  const readings: EngineReading[] = [];
  let servers: EngineFindings['servers'] = {};
  for (const own of plan.fleets) {
    // A fleet of its own, on servers of its own: what one leaves must not cost the next.
    const cleanup = new Cleanup();
    context.onEnd(async () => await cleanup.run());
    const apart = { ...context, onEnd: (step: () => Promise<unknown> | void) => cleanup.add(step) };
    const fleet = await openEngineFleet(apart, { devices: own.devices });
    servers = fleet.lab.servers.settings;
    readings.push(...(await measureFleet(context, fleet, own)));
    await cleanup.run();
  }
  return { readings, servers };
}

async function measureFleet(
  context: PartContext,
  fleet: EngineFleet,
  { devices, warmUp, messages, repetitions }: FleetPlan,
): Promise<readonly EngineReading[]> {
  const rounds = [warmUp, ...Array.from({ length: repetitions }, () => messages)];
  const readings: EngineReading[] = [];
  let first = 0;
  for (const round of rounds) {
    const count = Math.floor(round / devices) * devices;
    const reading = await measureOnce(context, fleet, { devices, messages: count, first });
    context.say(`${first === 0 ? 'not counted: ' : ''}${describe(reading)}`);
    if (first > 0) readings.push(reading);
    first += count;
  }
  await assertOnce(fleet, first);
  return readings;
}

export type Round = Readonly<{ devices: number; messages: number; first: number }>;

/** Enrolls contacts of paused devices, lets these go on, and waits until the last message is concluded. */
export async function measureOnce(
  { signal, say }: PartContext,
  fleet: EngineFleet,
  { devices, messages, first }: Round,
): Promise<EngineReading> {
  await fleet.pause();
  say(`${devices} devices: enrolling ${messages} contacts`);
  await fillContacts(fleet.lab, { devices: fleet.devices, messages, first });
  await sleep(settle, undefined, { signal });
  const before = await readCosts(fleet);
  const started = performance.now();
  await fleet.resume();
  const until = started + patience;
  const expected = first + messages;
  while ((await fleet.readStats()).accepted < expected) await poll(signal, until);
  while ((await countDone(fleet)) < expected) await poll(signal, until);
  const took = performance.now() - started;
  const after = await readCosts(fleet);
  const each = (cost: Cost | 'simulator') => ((after[cost] - before[cost]) * 1_000) / messages;
  return {
    devices,
    messages,
    took: Math.round(took),
    rate: (messages * 60_000) / took,
    cpu: {
      workers: each('workers'),
      scheduler: each('scheduler'),
      postgres: each('postgres'),
      redis: each('redis'),
      simulator: each('simulator'),
    },
    memory: await readMemories(fleet),
  };
}

async function readMemories({ workers, lab }: EngineFleet): Promise<EngineReading['memory']> {
  const each = await Promise.all(workers.map(async ({ pid }) => (await readMemory(pid)).rss));
  const { rss } = await readMemory(lab.servers.redisPid);
  return { worker: Math.max(...each) / 1_024, redis: rss / 1_024 };
}

async function poll(signal: AbortSignal, until: number): Promise<void> {
  if (performance.now() > until) throw new Error('not everything was sent in time');
  await sleep(pollEvery, undefined, { signal });
}

async function countDone({ lab }: EngineFleet): Promise<number> {
  return (await countSequenceContacts(lab.db)).byStatus.completed ?? 0;
}

/** CPU so far, ms. */
export async function readCosts(
  fleet: EngineFleet,
): Promise<Readonly<Record<Cost | 'simulator', number>>> {
  const { servers } = fleet.lab;
  const workers = await Promise.all(fleet.workers.map(async ({ pid }) => await readCpu(pid)));
  return {
    workers: workers.reduce((sum, cpu) => sum + cpu, 0),
    scheduler: await readCpu(fleet.scheduler.pid),
    postgres: await readFamilyCpu(servers.postgresPid),
    redis: await readCpu(servers.redisPid),
    simulator: await readCpu(fleet.simulator.pid),
  };
}

/** A message that was sent twice, or another in its place, would make the figure worth nothing. */
async function assertOnce(fleet: EngineFleet, expected: number): Promise<void> {
  const ids = new Set<unknown>();
  let accepted = 0;
  for (const line of (await readFile(fleet.ledger, 'utf8')).trim().split('\n')) {
    if (!line.includes('"event":"message"')) continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the simulator is ours
    const { id, outcome } = JSON.parse(line) as { id: string; outcome: string };
    if (outcome !== 'accepted') continue;
    accepted += 1;
    ids.add(id);
  }
  if (accepted !== expected || ids.size !== expected) {
    throw new Error(`the ledger has ${accepted} messages under ${ids.size} ids, not ${expected}`);
  }
}

function describe({ devices, rate, cpu }: EngineReading): string {
  const parts = costs.map((cost) => `${cost} ${cpu[cost].toFixed(0)}`).join(', ');
  return `${devices} devices: ${Math.round(rate)} messages a minute, ${totalOf(cpu).toFixed(0)} µs each (${parts})`;
}

/** What a message costs in all, without the simulator. */
export function totalOf(cpu: EngineReading['cpu']): number {
  return costs.reduce((sum, cost) => sum + cpu[cost], 0);
}
