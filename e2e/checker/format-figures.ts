import type { Figures } from './figures.ts';

const MOST_OF_A_LIST = 6;

/** What the run was, a line for each idea. */
export function formatFigures(figures: Figures): readonly string[] {
  const { accepted, dropped, nacked, caps } = figures;
  return [
    row(
      'steps',
      `${figures.stepsSent} of ${figures.steps} sent, ${figures.contacts} contacts, ${figures.devices} devices`,
    ),
    row('messages', `${accepted} accepted, ${dropped} dropped, ${nacked} nacked`),
    row('same-id', `${figures.repeats} repeats${listed(figures.repeatsByDevice, 'devices')}`),
    ...caps
      .slice(0, MOST_OF_A_LIST)
      .map((cap) =>
        row(
          `cap ${cap.max}`,
          `in ${cap.window_ms / 1000} s: fullest window ${cap.maxInWindow}, ${cap.devicesAtCap.length} devices reached the cap`,
        ),
      ),
    ...(caps.length > MOST_OF_A_LIST ? [row('caps', `${caps.length - MOST_OF_A_LIST} more`)] : []),
    row('connections', `${figures.connects} opened, ${figures.conflicts} conflicts`),
    row('opt-outs', optOuts(figures)),
    ...pauses(figures),
    ...faults(figures),
    row('time', `${seconds(figures.duration_ms)}, ${figures.lines} ledger lines`),
  ];
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function optOuts(figures: Figures): string {
  const { optOuts: all, optOutsByOperator, optOutsUnheard, latestAfterOptOut_ms: latest } = figures;
  return [
    `${all}, ${figures.confirmations} confirmed`,
    ...(optOutsByOperator > 0 ? [`${optOutsByOperator} by an operator`] : []),
    ...(optOutsUnheard > 0 ? [`${optOutsUnheard} unheard`] : []),
    ...(latest > 0 ? [`the latest step ${seconds(latest)} after one`] : []),
  ].join(', ');
}

function pauses({ pauses: count, sentInPauses, latestInPause_ms: latest }: Figures): string[] {
  if (count === 0) return [];
  const text = `${count} of devices, ${sentInPauses} messages in them, the latest after ${seconds(latest)}`;
  return [row('pauses', text)];
}

function faults({
  faults: { injected, operatorActions, byKind },
  repeatsByFault,
}: Figures): string[] {
  if (injected + operatorActions === 0) return [];
  const kinds = Object.entries(byKind).toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b));
  return [
    row('faults', `${injected}, and ${operatorActions} times an operator`),
    ...kinds.map(([kind, count]) => {
      const explained = repeatsByFault[kind] ?? 0;
      return row('', `${kind.padEnd(26)}${String(count).padStart(5)}${because(explained)}`);
    }),
  ];
}

function because(repeats: number): string {
  return repeats === 0 ? '' : `   ${repeats} ${repeats === 1 ? 'repeat' : 'repeats'}`;
}

function row(name: string, text: string): string {
  return `${name.padEnd(14)}${text}`;
}

function listed(counts: Readonly<Record<string, number>>, what: string): string {
  const entries = Object.entries(counts);
  if (entries.length === 0) return '';
  const shown = entries.slice(0, MOST_OF_A_LIST).map(([name, count]) => `${name} ${count}×`);
  const more = entries.length - shown.length;
  return `: ${shown.join(', ')}${more > 0 ? `, and ${more} more ${what}` : ''}`;
}
