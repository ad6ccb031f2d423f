import { formatVerdict } from './format-verdict.ts';
import { InputError } from './input-error.ts';
import { openTrial } from './judge.ts';
import { parseOptions, usage } from './parse-options.ts';
import { readLedger } from './read-ledger.ts';
import { readPlan } from './read-plan.ts';

/** Judges one run: 0 all rules held, 1 one was broken, 2 it cannot tell. */
async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const partial = options.judge.partial ?? false;
  const trial = openTrial(await readPlan(options.plan), options.judge);
  await readLedger(options.ledger, { partial }, (event) => {
    trial.hear(event);
  });
  const verdict = trial.conclude();
  const repeatsJudged = options.judge.repeatsAllowedFor !== undefined;
  console.log(
    options.json ? JSON.stringify(verdict) : formatVerdict(verdict, { partial, repeatsJudged }),
  );
  return verdict.ok ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Anything else is a bug here: it must not pass for a verdict either.
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 2;
}
