import type { Figure } from './figure.ts';
import type { RunRecord } from './run-record.ts';
import { markdownTable } from './table.ts';

/** A record as a page; `plotFile` says where a plot lies beside it. */
export function markdownReport(record: RunRecord, plotFile: (name: string) => string): string {
  const { title, report, quick, warning, part } = record;
  const { tables, plots, settings, notes, figures, listings = [] } = report;
  const sections = [
    `# ${title}`,
    'Written by the benchmark; a new run replaces it.',
    ...(quick ? ['**A quick look: fewer and shorter measurements. Not to be quoted.**'] : []),
    ...(warning === undefined ? [] : [`**${warning}**`]),
    ...(Object.keys(figures).length === 0 ? [] : [figureTable(figures)]),
    ...tables.flatMap((table) => [`## ${table.title}`, markdownTable(table)]),
    ...plots.map((plot) => `![${plot.title}](${plotFile(plot.name)})`),
    ...listings.flatMap((each) => [`## ${each.title}`, `\`\`\`text\n${each.text}\n\`\`\``]),
    ...(notes.length === 0 ? [] : ['## How to read it', list(notes)]),
    '## Settings',
    pairs(settings),
    '## Machine',
    pairs(machineFacts(record)),
    '## Repeat it',
    `\`\`\`sh\nnpm run bench -- ${part}${quick ? ' --quick' : ''}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

function figureTable(figures: Readonly<Record<string, Figure>>): string {
  return markdownTable({
    title: 'Goals',
    columns: ['goal', 'measured', 'wanted', 'reached', 'baseline', 'ratio'],
    rows: Object.entries(figures).map(([id, { value, unit, goal, met, baseline, ratio }]) => [
      id,
      `${value} ${unit}`,
      goal,
      met ? 'yes' : 'no',
      baseline === undefined ? '' : `${baseline} ${unit}`,
      ratio === undefined ? '' : `${ratio} ×`,
    ]),
  });
}

function machineFacts({ machine, load, startedAt, took, commit }: RunRecord) {
  return {
    date: `${startedAt}, ${Math.round(took / 60)} min`,
    commit: commit ?? 'unknown',
    CPU: `${machine.cpu}, ${machine.cores} cores`,
    memory: `${machine.memoryGiB} GiB`,
    system: machine.system,
    Node: machine.node,
    'load before the run': load.toFixed(2),
  };
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

const pairs = (facts: Readonly<Record<string, string>>): string =>
  list(Object.entries(facts).map(([name, value]) => `${name}: ${value}`));
