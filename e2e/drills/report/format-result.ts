import type { DrillResult } from './drill-result.ts';
import { type Figure, isReached, type Limit } from './figure.ts';

/** A table for the terminal: what was measured, what was promised, whether it was reached. */
export function formatResult({ drill, title, setting, load, ...result }: DrillResult): string {
  const rows = result.figures.map(formatFigure);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const lines = rows.map(([name = '', value = '', goal = '', reached = '']) =>
    [
      name.padEnd(widths[0] ?? 0),
      value.padStart(widths[1] ?? 0),
      goal.padEnd(widths[2] ?? 0),
      reached,
    ]
      .join('  ')
      .trimEnd(),
  );
  return [
    `${drill}: ${title}`,
    `  ${setting}; load of the machine ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after`,
    ...lines.map((line) => `  ${line}`),
    ...result.problems.map((problem) => `  ! ${problem}`),
  ].join('\n');
}

function formatFigure(figure: Figure): readonly string[] {
  const { name, value, unit, limit } = figure;
  if (limit === undefined) return [name, formatValue(value, unit)];
  const reached = isReached(figure) ? '✓' : `✗ ${verdicts[limit.kind]}`;
  return [name, formatValue(value, unit), formatLimit(limit, unit), reached];
}

const verdicts = {
  guarantee: 'BROKEN',
  time: 'not reached',
  setup: 'too little to prove anything',
} as const;

function formatLimit({ most, least }: Limit, unit: Figure['unit']): string {
  if (least !== undefined) return `≥ ${formatValue(least, unit)}`;
  return most === undefined ? '' : `≤ ${formatValue(most, unit)}`;
}

function formatValue(value: number, unit: Figure['unit']): string {
  if (value === Infinity) return 'never';
  if (unit === 'ms') return `${(value / 1_000).toFixed(1)} s`;
  return unit === 'percent' ? `${value.toFixed(1)} %` : String(value);
}
