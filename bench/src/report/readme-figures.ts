import { readFile, writeFile } from 'node:fs/promises';
import type { Figure } from './figure.ts';
import { markdownTable } from './table.ts';

type Figures = Readonly<Record<string, Figure>>;

/** What each goal is about, in the order in which a reader wants to know. */
const names: Readonly<Record<string, string>> = {
  P1: 'engine capacity, 3,000 devices, caps lifted',
  P2: 'CPU of a message, all processes',
  'P3 stock': 'beside a stock BullMQ worker for each device',
  'P3 direct': 'beside one message after another',
  'P3 GroupMQ': 'queues alone, beside GroupMQ',
  'P4 connections': 'idle, 3,000 devices: connections to Redis',
  'P4 commands': 'idle: commands on the job path',
  'P4 CPU': 'idle: CPU',
  'P5 p50': 'due → network, device free, the median',
  'P5 p99': 'due → network, 99 %',
  P6: 'due scan over 10 million rows',
  P7: 'memory of a worker with 500 WhatsApp sessions',
  'P7-session': 'memory of a WhatsApp session',
  P8: 'CPU of a message through a WhatsApp session',
  P9: 'policy ceiling: 80 an hour × 3,000 devices',
  'U2 poll': 'Bull Board, 3,000 queues: one look',
  'U2 card': 'Bull Board: the first queue drawn',
  'U3 frames': 'fleet page, 3,000 devices, 500 changes a second',
  'U3 size': 'fleet page: scripts and styles',
};

export const figuresBegin = '<!-- figures: written by npm run bench -->';
export const figuresEnd = '<!-- /figures -->';

/** The figures as a Markdown table, each with its goal and whether it was reached. */
export function figuresTable(figures: Figures): string {
  return markdownTable({
    title: 'Figures',
    columns: ['', 'measured', 'goal', 'reached'],
    rows: Object.entries(names).flatMap(([id, name]) => {
      const figure = figures[id];
      if (figure === undefined) return [];
      const { value, unit, goal, met } = figure;
      return [[name, `${value.toLocaleString('en')} ${unit}`, goal, met ? 'yes' : 'no']];
    }),
  });
}

/** Puts the figures between the marks of a page. Throws when it has none. */
export function withFigures(page: string, figures: Figures): string {
  const [before, rest] = page.split(figuresBegin);
  const after = rest?.split(figuresEnd)[1];
  if (before === undefined || after === undefined)
    throw new Error('the page has no place for figures');
  return `${before}${figuresBegin}\n\n${figuresTable(figures)}\n\n${figuresEnd}${after}`;
}

/** Brings the figures of a page up to those of `latest.json` in `folder`. */
export async function updateFigures(page: URL, folder: URL): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- write-report.ts wrote it
  const figures = JSON.parse(await readFile(new URL('latest.json', folder), 'utf8')) as Figures;
  await writeFile(page, withFigures(await readFile(page, 'utf8'), figures));
}
