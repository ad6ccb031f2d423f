import { assertNever } from '@dripfleet/domain';
import { removeGuards } from './apply-guards.ts';
import type { Guard, GuardTest } from './guard.ts';
import { guards as all } from './guards.ts';
import { judgeRun, type RunVerdict } from './judge-run.ts';
import { type Lab, openLabs } from './open-labs.ts';
import { runTests, type TestSelection } from './run-tests.ts';

/** What became of one guard when it was removed. */
export type GuardResult = Readonly<{
  guard: Guard;
  /** `shielded`: no test can tell, but one does when its shields are removed with it. */
  outcome: RunVerdict | Readonly<{ kind: 'shielded'; by: string; reason: string }>;
  ms: number;
}>;

export type GuardRun = Readonly<{
  /** The repository; it is only read. */
  root: string;
  guards: readonly Guard[];
  /** How many copies work at once. */
  jobs: number;
  tell(line: string): void;
}>;

/**
 * Removes each guard in a copy of the repository and runs its test there. First all these tests are run as they are:
 * one that fails anyhow catches nothing.
 */
export async function runGuards(run: GuardRun): Promise<readonly GuardResult[]> {
  const { guards, tell } = run;
  const labs = await openLabs(run.root, run.jobs);
  try {
    const failing = await findFailing(labs, run);
    const results: GuardResult[] = [];
    await shareOut(labs.all, guards, async (lab, guard) => {
      const started = performance.now();
      const reason = failing.get(guard.test.file);
      const outcome: GuardResult['outcome'] =
        reason === undefined
          ? await tryWithout(lab, guard)
          : { kind: 'broken', reason: `its tests fail as they are: ${reason}` };
      const result = { guard, outcome, ms: performance.now() - started };
      results.push(result);
      tell(`${results.length}/${guards.length} ${formatResult(result)}`);
    });
    return results;
  } finally {
    await labs.close();
  }
}

/** One line of the table. */
export function formatResult({ guard, outcome, ms }: GuardResult): string {
  const word = outcome.kind === 'survived' ? 'SURVIVED' : outcome.kind;
  const what = outcome.kind === 'survived' ? guard.without : reasonOf(outcome);
  const seconds = String(Math.round(ms / 1_000)).padStart(3);
  return `${word.padEnd(9)} ${guard.id.padEnd(34)} ${seconds} s  ${what}`;
}

/** The test files that fail without anything removed, with the reason. */
async function findFailing(
  { all: labs }: { all: readonly Lab[] },
  { guards, tell }: GuardRun,
): Promise<ReadonlyMap<string, string>> {
  const failing = new Map<string, string>();
  const selections = selectionsOf(guards.map(({ test }) => test));
  await shareOut(labs, selections, async (lab, selection) => {
    const verdict = await judge(lab, selection);
    if (verdict.kind !== 'survived') failing.set(selection.file, reasonOf(verdict));
    tell(`as it is: ${selection.file} ${verdict.kind === 'survived' ? 'passes' : 'FAILS'}`);
  });
  return failing;
}

async function shareOut<Item>(
  labs: readonly Lab[],
  items: readonly Item[],
  work: (lab: Lab, item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const loop = async (lab: Lab) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(lab, item);
    }
  };
  await Promise.all(labs.map(loop));
}

async function tryWithout(lab: Lab, guard: Guard): Promise<GuardResult['outcome']> {
  const alone = await judgeWithout(lab, guard, [guard]);
  if (alone.kind !== 'survived' || guard.shieldedBy === undefined) return alone;
  const shields = all.filter(({ id }) => guard.shieldedBy?.guards.includes(id));
  const together = await judgeWithout(lab, guard, [guard, ...shields]);
  return together.kind === 'caught' ? { ...together, kind: 'shielded' } : together;
}

async function judgeWithout(
  lab: Lab,
  { test }: Guard,
  removed: readonly Guard[],
): Promise<RunVerdict> {
  const putBack = await removeGuards(lab.root, removed);
  try {
    return await judge(lab, { file: test.file, names: test.name === undefined ? [] : [test.name] });
  } finally {
    await putBack();
  }
}

async function judge(lab: Lab, selection: TestSelection): Promise<RunVerdict> {
  const report = await runTests(lab, selection);
  return report ? judgeRun(report) : { kind: 'broken', reason: 'the tests did not end' };
}

/** Every file once, with all that is wanted of it. */
function selectionsOf(tests: readonly GuardTest[]): readonly TestSelection[] {
  const files = [...new Set(tests.map(({ file }) => file))];
  return files.map((file) => {
    const some = tests.filter((test) => test.file === file);
    const names = [...new Set(some.flatMap(({ name }) => name ?? []))];
    return { file, names: some.every(({ name }) => name !== undefined) ? names : [] };
  });
}

function reasonOf(outcome: GuardResult['outcome']): string {
  switch (outcome.kind) {
    case 'caught':
    case 'shielded':
      return `${outcome.by}: ${outcome.reason}`;
    case 'survived':
      return '';
    case 'broken':
      return outcome.reason;
    default:
      return assertNever(outcome);
  }
}
