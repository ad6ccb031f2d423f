import type { TableName } from './rows.ts';
import { WrittenRows } from './written-rows.ts';

/**
 * What a statement keeps when it begins again after a wait, so that it decides as Postgres does, which only goes on:
 * what was committed meanwhile stays unseen, but for the rows that it locks, what it skipped it skips again, and its new rows keep their numbers.
 */
export type StatementMemory = {
  /** The rows that others have changed since the statement began, as they were then. Undefined: it has not waited. */
  before: WrittenRows | undefined;
  readonly skipped: Set<string>;
  /** The numbers it took for identity columns, in order. They are used up, whatever becomes of it. */
  readonly numbers: Map<TableName, readonly number[]>;
};

export const newMemory = (): StatementMemory => ({
  before: undefined,
  skipped: new Set(),
  numbers: new Map(),
});

/** The rows as they were when the statements that wait now began; each commit adds what it changes. */
export class Snapshots {
  readonly #taken = new Set<WrittenRows>();

  /** Keeps what is committed now for this statement. */
  take(memory: StatementMemory): void {
    if (memory.before) return;
    memory.before = new WrittenRows();
    this.#taken.add(memory.before);
  }

  drop(memory: StatementMemory): void {
    if (memory.before) this.#taken.delete(memory.before);
  }

  [Symbol.iterator](): Iterator<WrittenRows> {
    return this.#taken.values();
  }
}
