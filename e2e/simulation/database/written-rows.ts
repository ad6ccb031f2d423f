import type { Rows, TableName } from './rows.ts';
import type { StoredKey } from './schema.ts';

/** What a statement or a transaction wrote and nobody else sees: rows by table and key, null once deleted. */
export class WrittenRows {
  readonly #tables = new Map<TableName, Map<StoredKey, unknown>>();
  /** Whose a value is under a unique constraint since then; null: nobody's any more. */
  readonly tokens = new Map<string, StoredKey | null>();

  of<T extends TableName>(table: T): ReadonlyMap<StoredKey, Rows[T] | null> | undefined {
    return this.#tables.get(table) as ReadonlyMap<StoredKey, Rows[T] | null> | undefined;
  }

  set<T extends TableName>(table: T, key: StoredKey, row: Rows[T] | null): void {
    let rows = this.#tables.get(table);
    if (!rows) this.#tables.set(table, (rows = new Map<StoredKey, unknown>()));
    rows.set(key, row);
  }

  /** Adds what `later` wrote, over this. */
  merge(later: WrittenRows): void {
    for (const [table, rows] of later.#tables) {
      const mine = this.#tables.get(table);
      if (mine) for (const [key, row] of rows) mine.set(key, row);
      else this.#tables.set(table, rows);
    }
    for (const [token, key] of later.tokens) this.tokens.set(token, key);
  }

  tables(): Iterable<readonly [TableName, ReadonlyMap<StoredKey, unknown>]> {
    return this.#tables;
  }
}
