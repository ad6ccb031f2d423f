import { expect, it } from 'vitest';
import { renderTable } from './table.ts';

it('lines columns up, numbers at the right, and shows nothing as a dash', () => {
  const table = renderTable(
    [
      { title: 'name', value: ({ name }: { name: string; count: number }) => name },
      { title: 'count', value: ({ count }) => count, align: 'right' },
      { title: 'note', value: () => '' },
    ],
    [
      { name: 'a', count: 5 },
      { name: 'longer', count: 1_000 },
    ],
  );
  expect(table).toBe('NAME     COUNT   NOTE\na            5   -\nlonger    1000   -\n');
});

// Escape codes have no width on a terminal.
it('does not count colours', () => {
  const table = renderTable(
    [
      { title: 'state', value: (state: string) => state },
      { title: 'x', value: () => 'x' },
    ],
    ['\u001B[32mopen\u001B[39m', 'closed'],
  );
  expect(table).toBe('STATE    X\n\u001B[32mopen\u001B[39m     x\nclosed   x\n');
});
