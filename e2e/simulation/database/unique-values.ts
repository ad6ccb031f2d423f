import type { Rows, TableName } from './rows.ts';
import { definitionOf, keyOf, type Unique } from './schema.ts';

/**
 * What a row holds alone, one token per unique constraint: the constraint's name, NUL, the values.
 * The primary key's comes first.
 */
export function tokensOf<T extends TableName>(table: T, row: Rows[T]): readonly string[] {
  const tokens = [`${table}_pkey\u0000${String(keyOf(table, row))}`];
  for (const unique of definitionOf(table).unique) {
    const token = tokenOf(unique, row);
    if (token !== undefined) tokens.push(token);
  }
  return tokens;
}

/** The tokens that a change of a row takes, and those that it gives up. Primary keys don't change. */
export function changedTokens<T extends TableName>(table: T, before: Rows[T], after: Rows[T]) {
  const taken: string[] = [];
  const given: string[] = [];
  for (const unique of definitionOf(table).unique) {
    if (isUntouched(unique, before, after)) continue;
    const old = tokenOf(unique, before);
    const fresh = tokenOf(unique, after);
    if (old === fresh) continue;
    if (fresh !== undefined) taken.push(fresh);
    if (old !== undefined) given.push(old);
  }
  return { taken, given };
}

/** Whether a change needs the strongest lock: of a value that another table might refer to. */
export function touchesUnique<T extends TableName>(
  table: T,
  before: Rows[T],
  after: Rows[T],
): boolean {
  return definitionOf(table).unique.some(
    (unique) => !unique.holdsFor && !isUntouched(unique, before, after),
  );
}

function isUntouched<R>(unique: Unique<R>, before: R, after: R): boolean {
  const reads = unique.holdsFor?.reads;
  if (reads !== undefined && before[reads] !== after[reads]) return false;
  return unique.columns.every((column) => before[column] === after[column]);
}

function tokenOf<R>(unique: Unique<R>, row: R): string | undefined {
  if (unique.holdsFor && !unique.holdsFor.test(row)) return undefined;
  let token = unique.name;
  for (const column of unique.columns) {
    const value = row[column];
    if (value === null) return undefined;
    token += `\u0000${String(value)}`;
  }
  return token;
}
