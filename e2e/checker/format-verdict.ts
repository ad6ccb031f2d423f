import type { Figures, Verdict } from './judge.ts';
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
  sent_after_opt_out: 'nothing sent after an opt-out',
  false_confirmation: 'an opt-out confirmed once, or not',
  unexplained_repeat: 'no repeat without a fault',
};

/** The verdict for a person: figures, then a line per rule with its first breaches. `judged` says what of rules applied. */
export function formatVerdict(
  { ok, violations, counts, figures }: Verdict,
  { partial, repeatsJudged }: { partial: boolean; repeatsJudged: boolean },
): string {
  const lines = [...describeFigures(figures), ''];
  for (const kind of violationKinds) {
    if (kind === 'unexplained_repeat' && !repeatsJudged) continue;
    if (kind === 'step_missing' && partial) continue;
    const mark = counts[kind] === 0 ? '✓' : '✗';
    lines.push(`${mark} ${promises[kind].padEnd(36)}${String(counts[kind]).padStart(6)}`);
    const found = violations.filter((violation) => violation.kind === kind);
    lines.push(...found.slice(0, EXAMPLES).map((violation) => `    ${describe(violation)}`));
    if (counts[kind] > EXAMPLES) lines.push(`    and ${counts[kind] - EXAMPLES} more`);
  }
  const total = violationKinds.reduce((sum, kind) => sum + counts[kind], 0);
  const good = partial ? 'no violation so far' : 'every step once, in order, within the caps';
  lines.push('', ok ? `✓ ${good}` : `✗ ${total} ${total === 1 ? 'violation' : 'violations'}`);
  return lines.join('\n');
}

function describeFigures(figures: Figures): string[] {
  const { contacts, steps, stepsSent, accepted, dropped, nacked } = figures;
  const repeating = Object.entries(figures.repeatsByDevice);
  return [
    row('steps', `${stepsSent} of ${steps} sent, ${contacts} contacts, ${figures.devices} devices`),
    row('messages', `${accepted} accepted, ${dropped} dropped, ${nacked} nacked`),
    row(
      'same-id',
      `${figures.repeats} repeats${repeating.length === 0 ? '' : `: ${listed(repeating)}`}`,
    ),
    ...figures.caps.map((cap) =>
      row(
        `cap ${cap.max}`,
        `in ${cap.window_ms / 1000} s: fullest window ${cap.maxInWindow}, ${cap.devicesAtCap.length} devices reached the cap`,
      ),
    ),
    row('connections', `${figures.connects} opened, ${figures.conflicts} conflicts`),
    row('opt-outs', `${figures.optOuts}, ${figures.confirmations} confirmed`),
    row('time', `${(figures.duration_ms / 1000).toFixed(1)} s, ${figures.lines} ledger lines`),
  ];
}

function row(name: string, text: string): string {
  return `${name.padEnd(14)}${text}`;
}

function listed(repeating: readonly [string, number][]): string {
  const shown = repeating
    .slice(0, LINES_OF_AN_EXAMPLE)
    .map(([device, count]) => `${device} ${count}×`);
  const more = repeating.length - shown.length;
  return shown.join(', ') + (more > 0 ? `, and ${more} more devices` : '');
}

function describe({ n, device, to, detail }: Violation): string {
  const who = [device, to].filter((number) => number !== undefined).join(' → ');
  const lines =
    n.slice(0, LINES_OF_AN_EXAMPLE).join(', ') + (n.length > LINES_OF_AN_EXAMPLE ? ', …' : '');
  return `${who}: ${detail}${n.length === 0 ? '' : ` (n ${lines})`}`;
}
