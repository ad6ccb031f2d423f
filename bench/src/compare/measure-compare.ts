import { Cleanup } from '../cleanup.ts';
import { openEngineFleet, type Way } from '../engine/engine-fleet.ts';
import { type EngineReading, measureOnce } from '../engine/measure-engine.ts';
import { openBenchLab } from '../lab/open-bench-lab.ts';
import type { PartContext } from '../part.ts';

export type ComparePlan = Readonly<{
  devices: number;
  /** Of one reading. The direct processor sends one at a time, and gets fewer. */
  messages: Readonly<Record<Way, number>>;
  drain: Readonly<{ groups: number; jobs: number }>;
  repetitions: number;
}>;

/** Queues alone: jobs with nothing to do. */
export type DrainReading = Readonly<{
  which: 'ours' | 'groupmq';
  /** Jobs a second. */
  rate: number;
  /** µs of CPU a job, of the process that takes them. */
  node: number;
}>;

export type CompareFindings = Readonly<{
  engines: readonly (EngineReading & Readonly<{ way: Way }>)[];
  drains: readonly DrainReading[];
}>;

const ways: readonly Way[] = ['queues', 'stock', 'direct'];
const drainProgram = new URL('drain-program.js', import.meta.url);

/** Lets each way do the same work in turn, again and again, so that what else the machine does hits all of them. */
export async function measureCompare(
  context: PartContext,
  plan: ComparePlan,
): Promise<CompareFindings> {
  const engines: CompareFindings['engines'][number][] = [];
  const drains: DrainReading[] = [];
  for (let repetition = 1; repetition <= plan.repetitions; repetition += 1) {
    context.say(`round ${repetition} of ${plan.repetitions}`);
    for (const way of ways) engines.push(await measureWay(context, plan, way));
    for (const which of ['ours', 'groupmq'] as const) {
      drains.push(await measureDrain(context, plan, which));
    }
  }
  return { engines, drains };
}

async function measureWay(context: PartContext, { devices, messages }: ComparePlan, way: Way) {
  return await apart(context, async (own) => {
    const fleet = await openEngineFleet(own, { devices, way, network: 'distant' });
    const count = Math.floor(messages[way] / devices) * devices;
    const reading = await measureOnce(own, fleet, { devices, messages: count, first: 0 });
    context.say(`${way}: ${Math.round(reading.rate)} messages a minute`);
    return { ...reading, way };
  });
}

async function measureDrain(
  context: PartContext,
  { drain: { groups, jobs } }: ComparePlan,
  which: DrainReading['which'],
): Promise<DrainReading> {
  return await apart(context, async (own) => {
    const lab = await openBenchLab(own);
    const args = [which, lab.servers.redisUrl, String(groups), String(jobs)];
    const program = await lab.startProgram(drainProgram, which, { args });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours
    const told = (await program.ask({}, own.signal)) as Omit<DrainReading, 'which'>;
    context.say(`${which}: ${Math.round(told.rate)} jobs a second`);
    return { ...told, which };
  });
}

/** On servers of its own, which go when it is done. */
async function apart<Result>(
  context: PartContext,
  work: (own: PartContext) => Promise<Result>,
): Promise<Result> {
  const cleanup = new Cleanup();
  context.onEnd(async () => await cleanup.run());
  try {
    return await work({ ...context, onEnd: (step) => cleanup.add(step) });
  } finally {
    await cleanup.run();
  }
}
