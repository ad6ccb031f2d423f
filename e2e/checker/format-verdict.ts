import { formatFigures } from './format-figures.ts';
import { formatGoals } from './format-goals.ts';
import type { Verdict } from './judge.ts';
import { type Violation, type ViolationKind, violationKinds } from './violation.ts';

const EXAMPLES = 3;
const LINES_OF_AN_EXAMPLE = 6;

/** What holds when a rule was not broken. */
const promises: Record<ViolationKind, string> = {
  second_id: 'one id for each step',
  id_reused: 'no id used for two steps',
  order_broken: 'steps in order',
  step_missing: 'no step missing',
  step_invented: 'no step invented',
  cap_passed: 'no cap passed in any window',
  sender_changed: 'one device for each contact',
  two_connections: 'one live connection for each device',
  frame_of_non_owner: 'no message but from the live one',
  conflict: 'no connection replaced by another',
  sent_after_opt_out: 'nothing sent after an opt-out',
  sent_while_paused: 'nothing sent while paused',
  false_confirmation: 'an opt-out confirmed once, or not',
  unexplained_repeat: 'no repeat without a fault',
};

/**
 * The verdict for a person: in a line, then by goal, then a line per rule with its first breaches, then the figures.
 *
 * `partial` and `repeatsJudged` say which rules applied.
 */
export function formatVerdict(
  verdict: Verdict,
  judged: { partial: boolean; repeatsJudged: boolean },
): string {
  return [
    summary(verdict, judged),
    '',
    ...formatGoals(verdict.goals),
    '',
    ...formatRules(verdict, judged),
    '',
    ...formatFigures(verdict.figures),
  ].join('\n');
}

function summary({ ok, counts, goals }: Verdict, { partial }: { partial: boolean }): string {
  if (ok)
    return `✓ ${partial ? 'no violation so far' : 'every step once, in order, within the caps'}`;
  const total = violationKinds.reduce((sum, kind) => sum + counts[kind], 0);
  const broken = goals.filter(({ outcome }) => outcome === 'broken').map(({ id }) => id);
  return `✗ ${total} ${total === 1 ? 'violation' : 'violations'}: ${broken.join(', ')} not held`;
}

function formatRules(
  { violations, counts }: Verdict,
  { partial, repeatsJudged }: { partial: boolean; repeatsJudged: boolean },
): readonly string[] {
  const judged = violationKinds
    .filter((kind) => repeatsJudged || kind !== 'unexplained_repeat')
    .filter((kind) => !partial || kind !== 'step_missing');
  return judged.flatMap((kind) => {
    const mark = counts[kind] === 0 ? '✓' : '✗';
    const found = violations.filter((violation) => violation.kind === kind).slice(0, EXAMPLES);
    const more = counts[kind] - found.length;
    return [
      `${mark} ${promises[kind].padEnd(36)}${String(counts[kind]).padStart(6)}`,
      ...found.map((violation) => `    ${describe(violation)}`),
      ...(more > 0 ? [`    and ${more} more`] : []),
    ];
  });
}

function describe({ n, device, to, detail }: Violation): string {
  const who = [device, to].filter((number) => number !== undefined).join(' → ');
  const lines =
    n.slice(0, LINES_OF_AN_EXAMPLE).join(', ') + (n.length > LINES_OF_AN_EXAMPLE ? ', …' : '');
  return `${who}: ${detail}${n.length === 0 ? '' : ` (n ${lines})`}`;
}
