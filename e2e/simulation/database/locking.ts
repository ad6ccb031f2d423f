import type { LockMode } from './lock-table.ts';
import type { Rows, TableName } from './rows.ts';
import type { StatementContext } from './statement-context.ts';

/** `for <mode>`: all the rows, in their order, as soon as nobody else stands in the way. */
export function locked<T extends TableName>(
  tx: StatementContext,
  { table, mode, rows }: Locking<T>,
): readonly Rows[T][] {
  for (const row of rows) tx.lock(table, row, mode);
  return rows;
}

/** `for <mode> skip locked`: those of the rows that nobody else stands in the way of. */
export function lockedOrSkipped<T extends TableName>(
  tx: StatementContext,
  { table, mode, rows }: Locking<T>,
): readonly Rows[T][] {
  return rows.filter((row) => tx.tryLock(table, row, mode));
}

/** `skip locked` of one row: undefined when there is none, or somebody else stands in the way. */
export function tryLocked<T extends TableName>(
  tx: StatementContext,
  { table, mode, row }: Omit<Locking<T>, 'rows'> & Readonly<{ row: Rows[T] | undefined }>,
): Rows[T] | undefined {
  return row && tx.tryLock(table, row, mode) ? row : undefined;
}

type Locking<T extends TableName> = Readonly<{
  table: T;
  mode: LockMode;
  rows: readonly Rows[T][];
}>;
