import { existsSync } from 'node:fs';
import { findFileSize } from './find-file-size.ts';
import { formatVerdict } from './format-verdict.ts';
import { InputError } from './input-error.ts';
import { openTrial } from './judge.ts';
import type { JudgeOptions } from './judge-options.ts';
import { type CheckerOptions, parseOptions, usage } from './parse-options.ts';
import { readActions } from './read-actions.ts';
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
  // Before the rest is read: what the ledger has by now was planned, and done to the run, by then.
  const bytes = findFileSize(options.ledger);
  const plan = await readPlan(options.plan, { partial });
  const path = actionsFile(options);
  const actions = path === undefined ? undefined : await readActions(path, { plan, partial });
  const judged: JudgeOptions = { ...options.judge, ...(actions !== undefined && { actions }) };
  const trial = openTrial(plan, judged);
  await readLedger(options.ledger, { partial, bytes }, (event) => {
    trial.hear(event);
  });
  const verdict = trial.conclude();
  const repeatsJudged = actions !== undefined || judged.repeatsAllowedFor !== undefined;
  console.log(
    options.json ? JSON.stringify(verdict) : formatVerdict(verdict, { partial, repeatsJudged }),
  );
  return verdict.ok ? 0 : 1;
}

/** One that is named must be there; the one beside the ledger may be. */
function actionsFile({ actions, ledger }: CheckerOptions): string | undefined {
  const beside = `${ledger}.actions.jsonl`;
  return actions ?? (existsSync(beside) ? beside : undefined);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Anything else is a bug here: it must not pass for a verdict either.
  console.error(error instanceof InputError ? error.message : error);
  process.exitCode = 2;
}
