import type { Rows, TableName } from './rows.ts';
import type { StoredKey } from './schema.ts';
import type { StatementMemory } from './statement-memory.ts';
import type { Holder, Storage } from './storage.ts';
import type { WrittenRows } from './written-rows.ts';

type Parts = Readonly<{
  holder: Holder;
  /** What the statements of the transaction before this one wrote. */
  earlier: WrittenRows;
  memory: StatementMemory;
}>;

/**
 * The rows that a statement reads: those of its own transaction, else as they were when the statement began. Rows that
 * its transaction has locked are seen as they are now, as Postgres looks at them once more when it has the lock.
 */
export class VisibleRows {
  readonly #storage: Storage;
  readonly #parts: Parts;

  constructor(storage: Storage, parts: Parts) {
    this.#storage = storage;
    this.#parts = parts;
  }

  get<T extends TableName>(table: T, key: StoredKey): Rows[T] | undefined {
    const earlier = this.#parts.earlier.of(table)?.get(key);
    if (earlier !== undefined) return earlier ?? undefined;
    const before = this.#parts.memory.before?.of(table)?.get(key);
    if (before !== undefined && !this.#isLocked(table, key)) return before ?? undefined;
    return this.#storage.table(table).rows.get(key);
  }

  /** Those of the `committed` rows, or of their older selves, that match; by key. */
  find<T extends TableName>(
    table: T,
    committed: ReadonlyMap<StoredKey, Rows[T]>,
    matches: (row: Rows[T]) => boolean,
  ): readonly Rows[T][] {
    const { compare } = this.#storage.table(table);
    const earlier = this.#parts.earlier.of(table);
    const before = this.#parts.memory.before?.of(table);
    if (!earlier && !before) return [...committed.values()].toSorted(compare);
    const rows: Rows[T][] = [];
    for (const [key, row] of committed) {
      const isOlder = before?.has(key) === true && !this.#isLocked(table, key);
      if (!isOlder && earlier?.has(key) !== true) rows.push(row);
    }
    for (const [key, row] of before ?? []) {
      const isSeen = earlier?.has(key) !== true && !this.#isLocked(table, key);
      if (row !== null && isSeen && matches(row)) rows.push(row);
    }
    for (const row of earlier?.values() ?? []) if (row !== null && matches(row)) rows.push(row);
    return rows.toSorted(compare);
  }

  /** Whether somebody changed the row since the statement began, and it was not locked yet. */
  isOutdated(table: string, key: StoredKey): boolean {
    const { before } = this.#parts.memory;
    return before?.of(table as TableName)?.has(key) === true && !this.#isLocked(table, key);
  }

  #isLocked(table: string, key: StoredKey): boolean {
    return this.#storage.locks.has(this.#parts.holder, table, key);
  }
}
