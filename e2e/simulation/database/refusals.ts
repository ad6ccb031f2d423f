import { DatabaseError } from '@dripfleet/store';

import type { TableDefinition } from './schema.ts';

export const uniqueViolation = (constraint: string) => badRow('23505', constraint);
export const foreignKeyViolation = (constraint: string) => badRow('23503', constraint);

/** A statement that lost a race: class 40, or the lock timeout. */
export const conflict = (statement: string, sqlState: '40P01' | '55P03') =>
  new DatabaseError(`${statement}: ${sqlState === '40P01' ? 'deadlock' : 'lock timeout'}`, {
    code: 'conflict',
    sqlState,
    constraint: undefined,
  });

/** The server or the connection has ended what was under way. */
export const unreachable = (statement: string, sqlState: string | undefined) =>
  new DatabaseError(`${statement}: the connection has ended`, {
    code: 'unreachable',
    sqlState,
    constraint: undefined,
  });

/** A statement in a transaction that an earlier statement's failure has ended. */
export const inFailedTransaction = (statement: string) =>
  new DatabaseError(`${statement}: the transaction has failed`, {
    code: 'failed',
    sqlState: '25P02',
    constraint: undefined,
  });

/** Throws as Postgres would when a row breaks a check, or one of its `changes` is null where there must be a value. */
export function checkRow<R extends object>(
  definition: TableDefinition<R>,
  row: R,
  changes: Partial<R>,
): void {
  for (const [column, value] of Object.entries(changes)) {
    if (value === undefined || Number.isNaN(value))
      throw new Error(`a statement left ${column} without a value`);
    if (value === null && !mayBeNull(definition, column)) throw badRow('23502', column);
  }
  for (const check of definition.checks) {
    if (!check.holds(row)) throw badRow('23514', check.name);
  }
}

const nullable = new WeakMap<object, ReadonlySet<string>>();

function mayBeNull<R extends object>(definition: TableDefinition<R>, column: string): boolean {
  let columns = nullable.get(definition);
  if (!columns) {
    const defaults = Object.entries(definition.defaults(0));
    columns = new Set(defaults.flatMap(([name, value]) => (value === null ? [name] : [])));
    nullable.set(definition, columns);
  }
  return columns.has(column);
}

function badRow(sqlState: string, constraint: string): DatabaseError {
  return new DatabaseError(`refused by ${constraint}`, { code: 'bad_row', sqlState, constraint });
}
