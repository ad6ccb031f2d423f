import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Figure } from './figure.ts';
import { figuresBegin, figuresEnd, figuresTable, withFigures } from './readme-figures.ts';

const figure: Figure = { value: 1234, unit: 'messages/min', goal: '≥ 1000', met: true };

test('a figure is named, with its goal; one that nobody measured is left out', () => {
  const table = figuresTable({ P1: figure, P99: figure });
  expect(table).toContain('| engine capacity, 3,000 devices, caps lifted | 1,234 messages/min |');
  expect(table).not.toContain('P99');
  expect(table.trim().split('\n')).toHaveLength(3);
});

test('what stands between the marks is replaced, and nothing else', () => {
  const page = `# A\n${figuresBegin}\nold\n${figuresEnd}\nB\n`;
  const written = withFigures(page, { P1: figure });
  expect(written.startsWith(`# A\n${figuresBegin}\n`)).toBe(true);
  expect(written.endsWith(`${figuresEnd}\nB\n`)).toBe(true);
  expect(written).not.toContain('old');
  expect(() => withFigures('# A\n', {})).toThrow('no place');
});

test('README.md shows the figures of the last run', async () => {
  // Guards: figures that are quoted long after they stopped being true.
  const text = async (path: string) =>
    await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- write-report.ts wrote it
  const figures = JSON.parse(await text('bench/results/latest.json')) as Record<string, Figure>;
  const [, rest = ''] = (await text('README.md')).split(figuresBegin);
  // The formatter fills the columns with spaces and dashes.
  const plain = (table: string) => table.replaceAll(/[ -]+/g, ' ').trim();
  expect(plain(rest.split(figuresEnd)[0] ?? '')).toBe(plain(figuresTable(figures)));
});
