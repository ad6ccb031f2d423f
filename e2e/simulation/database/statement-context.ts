import type { LockMode } from './lock-table.ts';
import type { Rows, TableName } from './rows.ts';
import type { Keys } from './schema.ts';

/**
 * One SQL statement as a function: its parameters as `run` was given them, and the rows that it returns, as `pg` would.
 * It must be a function of the context and its values alone, for it is run again from the start after it waited for a
 * lock.
 */
export type Statement = (
  tx: StatementContext,
  values: readonly unknown[],
) => readonly Readonly<Record<string, unknown>>[];

/**
 * What a statement reads and writes. It reads what was committed before it began and what earlier statements of its
 * transaction wrote; what it writes itself it does not see, nor do its siblings, as with the parts of one `with`.
 */
export type StatementContext = Readonly<{
  /** SQL's now(): when the transaction began, epoch ms. */
  now: number;
  get<T extends TableName>(table: T, ...key: Keys[T]): Rows[T] | undefined;
  /** The rows with this value in an indexed column, by key; a null matches nothing. */
  where<T extends TableName, C extends keyof Rows[T] & string>(
    table: T,
    column: C,
    value: Rows[T][C],
  ): readonly Rows[T][];
  /** All rows, by key. */
  all<T extends TableName>(table: T): readonly Rows[T][];
  /** Locks a row until the transaction ends, as soon as those who stand in the way have ended. */
  lock<T extends TableName>(table: T, row: Rows[T], mode: LockMode): void;
  /** `skip locked`: false when another transaction stands in the way. */
  tryLock<T extends TableName>(table: T, row: Rows[T], mode: LockMode): boolean;
  advisoryLock(key: string, mode: 'share' | 'update'): void;
  tryAdvisoryLock(key: string, mode: 'share' | 'update'): boolean;
  /** Throws `DatabaseError` 'bad_row' when a constraint refuses the row. Waits for who inserts the same at this moment. */
  insert<T extends TableName>(table: T, values: Partial<Rows[T]>): Rows[T];
  /** `on conflict`, of the constraint of that name or of any. The row in the way is not locked. */
  insertUnless<T extends TableName>(
    table: T,
    values: Partial<Rows[T]>,
    constraint?: string,
  ): InsertOutcome<Rows[T]>;
  /** Locks the row as UPDATE does. A row that this statement wrote before stays as it is: the first change counts. */
  update<T extends TableName>(table: T, row: Rows[T], changes: Partial<Rows[T]>): Rows[T];
  delete<T extends TableName>(table: T, row: Rows[T]): void;
}>;

export type InsertOutcome<R> =
  | Readonly<{ kind: 'inserted'; row: R }>
  | Readonly<{ kind: 'conflict'; row: R }>;
