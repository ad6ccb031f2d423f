import { expect, it } from 'vitest';
import { markdownTable, plainTable } from './table.ts';

const table = {
  title: 'Memory',
  columns: ['sessions', 'RSS, MiB'],
  rows: [
    ['0', '98.1'],
    ['500', '1,203.4'],
  ],
};

it('aligns figures by their end, so that their sizes are seen', () => {
  expect(plainTable(table)).toBe(
    ['sessions  RSS, MiB', '────────  ────────', '0             98.1', '500        1,203.4'].join(
      '\n',
    ),
  );
});

it('keeps a cell with a bar in its column', () => {
  expect(markdownTable({ ...table, rows: [['a|b', '1']] })).toBe(
    ['| sessions | RSS, MiB |', '| --- | ---: |', '| a\\|b | 1 |'].join('\n'),
  );
});
