import type { Fault, Lab } from '../faults/fault.ts';
import { allFaults, Nemesis } from '../faults/nemesis.ts';
import type { Evidence } from '../oracle/evidence.ts';
import { judge } from '../oracle/judge.ts';
import { isConcluded } from '../oracle/rules/end-rule.ts';
import type { RunRecord } from '../oracle/run-record.ts';
import type { Violation } from '../oracle/violation.ts';
import { workerSettings } from '../processes/worker-process.ts';
import { Random } from '../time/random.ts';
import { describeEvent, stamp } from './describe-event.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type Guardless, noAlterations } from './guardless.ts';
import { hashRun } from './hash-run.ts';
import { openLab } from './open-lab.ts';

/** Faults go on for a time between these, ms. */
const faultsFor = { least: 60_000, most: 420_000 };
/** After the last fault everything must come to its end within this time. */
const healingMax = 3_600_000;
/** Between two looks whether everything has. */
const lookEvery = 1_000;

export type RunOptions = Readonly<{
  /** What may go wrong: everything unless told. */
  faults?: readonly Fault[];
  /** Guards to leave out. */
  guardless?: Guardless;
  /** Told of everything, a line each. */
  tell?: (line: string) => void;
}>;

/** What came out of one run. Two runs of a seed are equal, `hash` included. */
export type RunResult = Readonly<{
  seed: number;
  violations: readonly Violation[];
  hash: string;
  figures: Figures;
  /** How often each kind struck. */
  faults: Readonly<Record<string, number>>;
}>;

/** Runs the fleet through the faults of one seed, lets it heal, and judges it. */
export async function runSeed(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const { faults = allFaults, guardless = noAlterations, tell } = options;
  const lab = openLab(seed, { guardless, tell });
  const { time } = lab.world;
  const nemesis = new Nemesis(lab, faults);
  lab.fleet.start();
  if (faults.length > 0) {
    nemesis.start();
    await time.run(new Random(seed, 'length').between(faultsFor.least, faultsFor.most));
    nemesis.heal();
    tell?.(`${stamp(time.now)} healed`);
  }
  await untilConcluded(lab);
  const record = recordOf(lab, nemesis);
  for (const worker of lab.fleet.workers) tell?.(`${stamp(time.now)} ${worker.describe()}`);
  const figures = figuresOf(record, time.events);
  lab.fleet.end();
  lab.operator.end();
  time.end();
  const violations = judge(record);
  for (const violation of violations) {
    tell?.(`${stamp(violation.at)} VIOLATION ${describeEvent(violation)}`);
  }
  const hash = hashRun(record);
  return { seed, violations, hash, figures, faults: countKinds(record) };
}

async function untilConcluded({ world: { time, database }, operator }: Lab): Promise<void> {
  let lookAt = time.now;
  await time.run(time.now + healingMax, () => {
    if (time.now < lookAt) return false;
    lookAt = time.now + lookEvery;
    if (!operator.isIdle) return false;
    const dump = database.dump();
    sayAgain(dump, operator);
    return dump.sequence_contacts.every(isConcluded);
  });
}

/**
 * A statement whose client has given up may still be carried out, after the one that took it back: whoever looks sees it,
 * and takes it back again.
 */
function sayAgain(
  { devices, sequences }: RunRecord['dump'],
  operator: Pick<Lab['operator'], 'resume' | 'switchSequence'>,
): void {
  for (const { id, desired_state: state } of devices) if (state !== 'running') operator.resume(id);
  for (const { name, status } of sequences) {
    if (status === 'paused') operator.switchSequence(name, 'active');
  }
}

function recordOf(
  { world, plan, fleet, storm, evidence }: Lab & Readonly<{ evidence: Evidence }>,
  nemesis: Nemesis,
): RunRecord {
  return {
    plan,
    log: world.log.events,
    evidence,
    faults: nemesis.spans,
    deaths: new Map(fleet.deaths),
    endedAt: world.time.now,
    dump: world.database.dump(),
    losesLastWords: !world.network.keepsUntilStored,
    poisonedContact: storm.poisonedContact,
    confirmation: workerSettings.OPT_OUT_CONFIRMATION,
  };
}

function countKinds({ faults }: RunRecord): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of faults) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
