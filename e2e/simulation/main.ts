import { formatFailure, formatTotals } from './format-totals.ts';
import { runSeed } from './run/run-seed.ts';
import { runSeeds } from './run/run-seeds.ts';
import { RunTotals } from './run/run-totals.ts';
import {
  parseSimulateOptions,
  type SimulateOptions,
  usage,
  UsageError,
} from './simulate-options.ts';

/** Between two lines that say how far it is, ms. */
const progressEvery = 10_000;

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs seeds and judges them: 0 no promise was broken, 1 one was, 2 the command line is wrong. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseSimulateOptions(argv);
  if (!options) {
    print(usage);
    return 0;
  }
  const totals = new RunTotals();
  const startedAt = performance.now();
  await (options.verbose ? runVerbosely(options, totals) : runThreads(options, totals));
  print(formatTotals(totals, (performance.now() - startedAt) / 1_000));
  return totals.failed.length > 0 ? 1 : 0;
}

async function runThreads(
  { seed: first, seeds: count, workers: threads }: SimulateOptions,
  totals: RunTotals,
): Promise<void> {
  let toldAt = performance.now();
  await runSeeds({
    first,
    count,
    threads,
    onResult: (result) => {
      totals.add(result);
      if (result.violations.length > 0) print(formatFailure(result));
      if (performance.now() - toldAt < progressEvery) return;
      toldAt = performance.now();
      print(`${totals.runs} of ${count} seeds, ${totals.failed.length} broke a promise`);
    },
  });
}

async function runVerbosely({ seed, seeds }: SimulateOptions, totals: RunTotals): Promise<void> {
  for (let each = seed; each < seed + seeds; each += 1) {
    print(`seed ${each}`);
    const result = await runSeed(each, { tell: print });
    totals.add(result);
    if (result.violations.length > 0) print(formatFailure(result));
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Anything else is a bug here: it must not pass for a verdict.
  process.stderr.write(`${error instanceof UsageError ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
