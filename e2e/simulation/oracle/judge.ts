import { judgeCaps } from './rules/caps-rule.ts';
import { judgeEnd } from './rules/end-rule.ts';
import { judgeOptOuts } from './rules/opt-outs-rule.ts';
import { judgeRepeats } from './rules/repeats-rule.ts';
import { judgeSteps } from './rules/steps-rule.ts';
import type { RunRecord } from './run-record.ts';
import type { Violation } from './violation.ts';

/** All promises that were broken in a run, the first one first. */
export function judge(record: RunRecord): readonly Violation[] {
  return [
    ...record.evidence.violations,
    ...judgeSteps(record),
    ...judgeCaps(record),
    ...judgeOptOuts(record),
    ...judgeRepeats(record),
    ...judgeEnd(record),
  ].toSorted((a, b) => a.at - b.at);
}
