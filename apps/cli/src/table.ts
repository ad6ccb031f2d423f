import { stripVTControlCharacters } from 'node:util';

export type Column<Item> = Readonly<{
  title: string;
  value(item: Item): string | number;
  /** Numbers stand at the right. */
  align?: 'left' | 'right';
}>;

/** Columns under capital titles with three blanks between them, as kubectl prints; an empty value is a dash. */
export function renderTable<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
): string {
  const lines = [
    columns.map(({ title }) => title.toUpperCase()),
    ...items.map((item) => columns.map(({ value }) => String(value(item)) || '-')),
  ];
  const widths = columns.map((_, index) =>
    lines.reduce((width, line) => Math.max(width, widthOf(line[index] ?? '')), 0),
  );
  return lines
    .map((line) =>
      line
        .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;

function pad(cell: string, width: number, align: 'left' | 'right' = 'left'): string {
  const blanks = ' '.repeat(width - widthOf(cell));
  return align === 'left' ? cell + blanks : blanks + cell;
}
