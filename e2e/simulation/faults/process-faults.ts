import type { CallFate } from '../processes/link.ts';
import type { SimulatedProcess } from '../processes/simulated-process.ts';
import { drawDuration, type Fault, type Lab } from './fault.ts';

const pauseMax = 120_000;
const suspensionMax = 60_000;
const hour = 3_600_000;

export const processFaults: readonly Fault[] = [
  {
    kind: 'worker_stopped',
    weight: 6,
    strike: (lab) => stop(lab, lab.fleet.pickWorker(lab.random)),
  },
  {
    kind: 'scheduler_stopped',
    weight: 2,
    strike: (lab) => stop(lab, lab.fleet.pickScheduler(lab.random)),
  },
  {
    kind: 'worker_suspended',
    weight: 2,
    strike: ({ fleet, random, world }) => {
      const process = fleet.pickWorker(random);
      if (process?.state !== 'running') return undefined;
      const duration = drawDuration(random, suspensionMax);
      process.stop('suspended');
      world.time.after(duration, () => process.resume());
      return duration;
    },
  },
  { kind: 'worker_killed', weight: 5, strike: (lab) => kill(lab.fleet.pickWorker(lab.random)) },
  {
    kind: 'scheduler_killed',
    weight: 2,
    strike: (lab) => kill(lab.fleet.pickScheduler(lab.random)),
  },
  {
    kind: 'worker_terminated',
    weight: 4,
    strike: ({ fleet, random }) => {
      const process = fleet.pickWorker(random);
      if (!process) return undefined;
      fleet.terminate(process);
      return 0;
    },
  },
  {
    kind: 'scheduler_terminated',
    weight: 1,
    strike: ({ fleet, random }) => {
      const process = fleet.pickScheduler(random);
      if (!process) return undefined;
      fleet.terminate(process);
      return 0;
    },
  },
  {
    kind: 'wall_clock_set',
    weight: 2,
    strike: ({ fleet, random }) => {
      const process = fleet.pickProcess(random);
      const by = random.chance(0.5) ? random.between(-5_000, 5_000) : random.between(-hour, hour);
      process?.jumpWallClock(by);
      return process ? 0 : undefined;
    },
  },
  {
    // What was noted meanwhile lies ahead by as much, once the clock is right again.
    kind: 'wall_clock_astray',
    weight: 1,
    strike: ({ fleet, random, world }) => {
      const process = fleet.pickProcess(random);
      if (!process) return undefined;
      const by = random.between(-hour, hour);
      const duration = drawDuration(random, pauseMax);
      process.jumpWallClock(by);
      world.time.after(duration, () => process.jumpWallClock(-by));
      return duration;
    },
  },
  {
    kind: 'contact_poisoned',
    weight: 1,
    strike: ({ storm, plan, random }) => {
      // One in most runs, for each costs three processes and their patience.
      if (storm.poisonedContact !== undefined || random.chance(0.7)) return undefined;
      storm.poisonedContact = random.pick(plan.runs).contact;
      return 0;
    },
  },
  { kind: 'trap', weight: 14, strike: trap },
];

/** Where a death, a pause or a lost answer hurts most. */
const calls: readonly string[] = `
  begin-deliveries begin-deliveries finish-deliveries finish-deliveries claim-devices release-devices load-deliveries
  find-open-deliveries record-receipts select-due commit return-to-idle adopt-queued-rows fetch complete complete-and-fetch clear enqueue
  take-locks heartbeat-worker`
  .trim()
  .split(/\s+/);

/** Something befalls the next call of a kind, before it is made or with its answer. */
function trap({ storm, random }: Lab): number {
  const when = random.chance(0.4) ? 'before' : 'after';
  const draw = random.next();
  let fate: CallFate = { kind: 'reply_lost' };
  if (draw > 0.7) fate = { kind: 'killed', when };
  else if (draw > 0.4) fate = { kind: 'stopped', when, duration: drawDuration(random, pauseMax) };
  storm.setTrap({ call: random.pick(calls), fate });
  return 0;
}

function stop({ random, world }: Lab, process: SimulatedProcess | undefined): number | undefined {
  if (process?.state !== 'running') return undefined;
  const duration = drawDuration(random, pauseMax);
  process.stop('stopped');
  world.time.after(duration, () => process.resume());
  return duration;
}

function kill(process: SimulatedProcess | undefined): number | undefined {
  process?.kill();
  return process ? 0 : undefined;
}
