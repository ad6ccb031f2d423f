import { rejectedColumns } from './contact-columns.ts';
import { escapeCell } from './formula-cells.ts';

/** A row that was not taken. `reason` continues "<column> …". */
export type RejectedRow = Readonly<{
  line: number;
  column: string;
  reason: string;
  fix: string;
  /** The row as it was read. */
  cells: readonly string[];
}>;

/** The first line of a file of rejected rows, for a file with this header. */
export function rejectedHeader(header: readonly string[]): string {
  return toLine([...header.filter(isOriginal), ...rejectedColumns]);
}

/**
 * One line of it: the row as it was, and what is wrong with it. No cell is a formula. The file can be corrected and
 * imported as it is: its last columns are known, and the `'` before formulas is taken off again.
 */
export function rejectedLine(header: readonly string[], row: RejectedRow): string {
  // A row of another length keeps all its cells; the count is what is wrong with it.
  const cells = row.cells.filter((_, index) => isOriginal(header[index] ?? ''));
  return toLine([...cells, String(row.line), row.column, row.reason, row.fix]);
}

function isOriginal(name: string): boolean {
  return !rejectedColumns.some((column) => column === name.trim());
}

function toLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quote(escapeCell(cell))).join(',')}\n`;
}

function quote(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
