import { LockTable } from './lock-table.ts';
import type { TableName } from './rows.ts';
import { type StoredKey, tableNames } from './schema.ts';
import { Snapshots } from './statement-memory.ts';
import { StoredTable } from './stored-table.ts';
import type { WrittenRows } from './written-rows.ts';

/** A transaction, as those see it that it keeps waiting. */
export type Holder = {
  /** Ends it, if its client did nothing for so long that the server would have; whether it has ended. */
  endIfAbandoned(): boolean;
  /** Whether it changed a row, which nobody else sees yet. */
  hasWritten(table: TableName, key: StoredKey): boolean;
};

/** What all transactions share: the committed rows, the locks, and who is changing which unique value. */
export class Storage {
  readonly locks = new LockTable<Holder>();
  /** Unique values that a transaction under way took or gave up: others must wait to know. */
  readonly claims = new Map<string, Holder>();
  readonly snapshots = new Snapshots();
  readonly #tables = new Map<TableName, unknown>(
    tableNames.map((name) => [name, new StoredTable(name)]),
  );

  table<T extends TableName>(name: T): StoredTable<T> {
    return this.#tables.get(name) as StoredTable<T>;
  }

  commit(written: WrittenRows): void {
    for (const [name, rows] of written.tables()) {
      const table = this.table(name);
      for (const [key, row] of rows) {
        for (const before of this.snapshots) {
          if (before.of(name)?.has(key) !== true) {
            before.set(name, key, table.rows.get(key) ?? null);
          }
        }
        if (row === null) table.remove(key);
        else table.put(row as never);
      }
    }
  }
}
