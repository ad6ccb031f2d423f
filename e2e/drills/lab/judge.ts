import { runProgram } from '@dripfleet/tools';

import { type Figure, never } from '../report/figure.ts';
import type { DrillLab } from './open-drill-lab.ts';

/** The part of `checker -o json` that says what was broken. */
type Verdict = Readonly<{ counts: Readonly<Record<string, number>> }>;

/**
 * What the judge says of the drill: each promise that was broken, by its kind. `whole`: everything must have arrived by
 * now; else the run is judged as far as it has come.
 */
export async function judge(
  { ledger, env }: Pick<DrillLab, 'ledger' | 'env'>,
  { whole }: { whole: boolean },
): Promise<readonly Figure[]> {
  const args = ['--ledger', ledger, '-o', 'json', ...(whole ? [] : ['--partial'])];
  const { code, stdout, stderr } = await runProgram('checker', args, env);
  if (code === 2) throw new Error(`the judge can't tell: ${stderr}`);
  const { counts } = JSON.parse(stdout) as Verdict;
  const broken = Object.entries(counts).filter(([, count]) => count > 0);
  const total = broken.reduce((sum, [, count]) => sum + count, 0);
  const name = whole
    ? 'messages lost, repeated without a fault, or out of order'
    : 'messages repeated without a fault, or out of order';
  return [never(name, total), ...broken.map(([kind, count]) => never(`  ${kind}`, count))];
}
