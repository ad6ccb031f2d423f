import type { Rows, TableName } from './rows.ts';
import {
  compareRows,
  definitionOf,
  keyOf,
  type StoredKey,
  type TableDefinition,
} from './schema.ts';
import { changedTokens, tokensOf } from './unique-values.ts';

/** The committed rows of one table, with its indexes. */
export class StoredTable<T extends TableName> {
  readonly name: T;
  readonly definition: TableDefinition<Rows[T]>;
  readonly compare: (a: Rows[T], b: Rows[T]) => number;
  readonly rows = new Map<StoredKey, Rows[T]>();
  /** The number that the next row's identity column gets. */
  nextId = 1;
  readonly #indexes: readonly Index<Rows[T]>[];
  readonly #owners = new Map<string, StoredKey>();

  constructor(name: T) {
    this.name = name;
    this.definition = definitionOf(name);
    this.compare = compareRows(name);
    this.#indexes = this.definition.indexes.map((column) => ({ column, buckets: new Map() }));
  }

  /** The rows with this value in an indexed column, in no order. */
  bucket(column: keyof Rows[T] & string, value: unknown): ReadonlyMap<StoredKey, Rows[T]> {
    const index = this.#indexes.find((other) => other.column === column);
    if (!index) throw new Error(`${this.name} has no index on ${column}`);
    return index.buckets.get(value) ?? nothing;
  }

  /** The key of the row that holds a unique value. */
  ownerOf(token: string): StoredKey | undefined {
    return this.#owners.get(token);
  }

  put(row: Rows[T]): void {
    const key = keyOf(this.name, row);
    const before = this.rows.get(key);
    this.rows.set(key, row);
    for (const { column, buckets } of this.#indexes) {
      if (before && before[column] !== row[column]) buckets.get(before[column])?.delete(key);
      const bucket = buckets.get(row[column]);
      if (bucket) bucket.set(key, row);
      else buckets.set(row[column], new Map([[key, row]]));
    }
    const { taken, given } = before
      ? changedTokens(this.name, before, row)
      : { taken: tokensOf(this.name, row), given: [] };
    for (const token of given) this.#disown(token, key);
    for (const token of taken) this.#owners.set(token, key);
  }

  remove(key: StoredKey): void {
    const before = this.rows.get(key);
    if (!before) return;
    this.rows.delete(key);
    for (const { column, buckets } of this.#indexes) buckets.get(before[column])?.delete(key);
    for (const token of tokensOf(this.name, before)) this.#disown(token, key);
  }

  /** Another row of the same commit may have taken the value over already. */
  #disown(token: string, key: StoredKey): void {
    if (this.#owners.get(token) === key) this.#owners.delete(token);
  }
}

type Index<R> = Readonly<{
  column: keyof R & string;
  buckets: Map<unknown, Map<StoredKey, R>>;
}>;

const nothing: ReadonlyMap<StoredKey, never> = new Map<StoredKey, never>();
