import { Blocked, Outdated } from './blocked.ts';
import type { LockMode } from './lock-table.ts';
import { checkRow, uniqueViolation } from './refusals.ts';
import type { Rows, TableName } from './rows.ts';
import { keyOf, type Keys, type StoredKey, storedKey } from './schema.ts';
import type { InsertOutcome, StatementContext } from './statement-context.ts';
import type { StatementMemory } from './statement-memory.ts';
import type { Holder, Storage } from './storage.ts';
import { changedTokens, tokensOf, touchesUnique } from './unique-values.ts';
import { VisibleRows } from './visible-rows.ts';
import { WrittenRows } from './written-rows.ts';

export type StatementParts = Readonly<{
  holder: Holder;
  /** SQL's now(), epoch ms. */
  now: number;
  /** What the statements of the transaction before this one wrote. */
  earlier: WrittenRows;
  memory: StatementMemory;
  /** Gets every unique value that the statement changes. */
  claimed: Set<string>;
}>;

type LockedObject = Readonly<{ space: string; key: StoredKey; mode: LockMode }>;

/** What one statement of a transaction sees, and what it writes. */
export class StatementView implements StatementContext {
  readonly now: number;
  readonly written = new WrittenRows();
  readonly #storage: Storage;
  readonly #holder: Holder;
  readonly #earlier: WrittenRows;
  readonly #memory: StatementMemory;
  readonly #claimed: Set<string>;
  readonly #rows: VisibleRows;
  /** How many numbers of each identity column this run of the statement took. */
  readonly #numbered = new Map<TableName, number>();

  constructor(storage: Storage, { holder, now, earlier, memory, claimed }: StatementParts) {
    this.now = now;
    this.#storage = storage;
    this.#holder = holder;
    this.#earlier = earlier;
    this.#memory = memory;
    this.#claimed = claimed;
    this.#rows = new VisibleRows(storage, { holder, earlier, memory });
  }

  get<T extends TableName>(table: T, ...key: Keys[T]): Rows[T] | undefined {
    return this.#rows.get(table, storedKey(key));
  }

  where<T extends TableName, C extends keyof Rows[T] & string>(
    table: T,
    column: C,
    value: Rows[T][C],
  ): readonly Rows[T][] {
    if (value === null) return [];
    const committed = this.#storage.table(table).bucket(column, value);
    return this.#rows.find(table, committed, (row) => row[column] === value);
  }

  all<T extends TableName>(table: T): readonly Rows[T][] {
    return this.#rows.find(table, this.#storage.table(table).rows, () => true);
  }

  lock<T extends TableName>(table: T, row: Rows[T], mode: LockMode): void {
    this.#lock({ space: table, key: keyOf(table, row), mode });
  }

  tryLock<T extends TableName>(table: T, row: Rows[T], mode: LockMode): boolean {
    return this.#tryLock({ space: table, key: keyOf(table, row), mode });
  }

  advisoryLock(key: string, mode: 'share' | 'update'): void {
    this.#lock({ space: 'advisory', key, mode });
  }

  tryAdvisoryLock(key: string, mode: 'share' | 'update'): boolean {
    return this.#tryLock({ space: 'advisory', key, mode });
  }

  insert<T extends TableName>(table: T, values: Partial<Rows[T]>): Rows[T] {
    const row = this.#complete(table, values);
    const refused = this.#violated(table, tokensOf(table, row));
    if (refused) throw uniqueViolation(refused.constraint);
    return this.#write(table, row, tokensOf(table, row));
  }

  insertUnless<T extends TableName>(
    table: T,
    values: Partial<Rows[T]>,
    constraint?: string,
  ): InsertOutcome<Rows[T]> {
    const row = this.#complete(table, values);
    const tokens = tokensOf(table, row);
    const refused = this.#violated(table, tokens);
    if (!refused) return { kind: 'inserted', row: this.#write(table, row, tokens) };
    if (constraint !== undefined && refused.constraint !== constraint) {
      throw uniqueViolation(refused.constraint);
    }
    return { kind: 'conflict', row: this.#latest(table, refused.key) };
  }

  update<T extends TableName>(table: T, row: Rows[T], changes: Partial<Rows[T]>): Rows[T] {
    const key = keyOf(table, row);
    const already = this.written.of(table)?.get(key);
    if (already) return already;
    const next = { ...row, ...changes };
    const mode = touchesUnique(table, row, next) ? 'update' : 'no key update';
    this.#lock({ space: table, key, mode });
    checkRow(this.#storage.table(table).definition, next, changes);
    const { taken, given } = changedTokens(table, row, next);
    const refused = this.#violated(table, taken);
    if (refused) throw uniqueViolation(refused.constraint);
    for (const token of given) this.#setToken(token, null);
    return this.#write(table, next, taken);
  }

  delete<T extends TableName>(table: T, row: Rows[T]): void {
    const key = keyOf(table, row);
    this.#lock({ space: table, key, mode: 'update' });
    for (const token of tokensOf(table, row)) this.#setToken(token, null);
    this.written.set(table, key, null);
  }

  #lock(object: LockedObject): void {
    const by = this.#take(object);
    if (by) throw new Blocked(by);
  }

  #tryLock(object: LockedObject): boolean {
    const name = `${object.space} ${object.key}`;
    if (this.#memory.skipped.has(name)) return false;
    if (this.#take(object) === undefined) return true;
    this.#memory.skipped.add(name);
    return false;
  }

  /** Locks, or names who stands in the way. */
  #take(object: LockedObject): Holder | undefined {
    const isOutdated = this.#rows.isOutdated(object.space, object.key);
    for (;;) {
      const other = this.#storage.locks.take(this.#holder, object);
      if (other === undefined && isOutdated) throw new Outdated();
      if (other === undefined || !other.endIfAbandoned()) return other;
    }
  }

  /** The row with its table's defaults and its number. */
  #complete<T extends TableName>(table: T, values: Partial<Rows[T]>): Rows[T] {
    const stored = this.#storage.table(table);
    let row = { ...stored.definition.defaults(this.now), ...values } as Rows[T];
    if (stored.definition.identity) {
      row = 'id' in row ? row : { id: this.#nextNumber(table), ...row };
      if ('id' in row) stored.nextId = Math.max(stored.nextId, Number(row.id) + 1);
    }
    checkRow(stored.definition, row, row);
    return row;
  }

  /** The one it took before its last wait, or a new one. */
  #nextNumber(table: TableName): number {
    const taken = this.#memory.numbers.get(table) ?? [];
    const count = this.#numbered.get(table) ?? 0;
    this.#numbered.set(table, count + 1);
    const again = taken[count];
    if (again !== undefined) return again;
    const stored = this.#storage.table(table);
    const next = stored.nextId;
    stored.nextId += 1;
    this.#memory.numbers.set(table, [...taken, next]);
    return next;
  }

  /** The first of the unique values that is taken, and the row that has it. */
  #violated(
    table: TableName,
    tokens: readonly string[],
  ): { constraint: string; key: StoredKey } | undefined {
    for (const token of tokens) {
      const key = this.#ownerOf(table, token);
      if (key !== null) return { constraint: token.slice(0, token.indexOf('\u0000')), key };
    }
    return undefined;
  }

  /** Whose a unique value is by the latest that anybody wrote, as a unique index sees it. */
  #ownerOf(table: TableName, token: string): StoredKey | null {
    const mine = this.written.tokens.get(token);
    if (mine !== undefined) return mine;
    const earlier = this.#earlier.tokens.get(token);
    if (earlier !== undefined) return earlier;
    const claimant = this.#storage.claims.get(token);
    if (claimant && claimant !== this.#holder && !claimant.endIfAbandoned()) {
      throw new Blocked(claimant);
    }
    const key = this.#storage.table(table).ownerOf(token) ?? null;
    if (key !== null) this.#waitForWriter(table, key);
    return key;
  }

  /** Whether the row keeps its unique values is open while somebody else changes it, whatever the change. */
  #waitForWriter(table: TableName, key: StoredKey): void {
    for (const other of this.#storage.locks.holdersOf(table, key)) {
      if (other !== this.#holder && other.hasWritten(table, key) && !other.endIfAbandoned()) {
        throw new Blocked(other);
      }
    }
  }

  #latest<T extends TableName>(table: T, key: StoredKey): Rows[T] {
    const row =
      this.written.of(table)?.get(key) ??
      this.#earlier.of(table)?.get(key) ??
      this.#storage.table(table).rows.get(key);
    if (!row) throw new Error(`${table}: a unique value is of a row that is not there`);
    return row;
  }

  #write<T extends TableName>(table: T, row: Rows[T], tokens: readonly string[]): Rows[T] {
    const key = keyOf(table, row);
    for (const token of tokens) this.#setToken(token, key);
    this.written.set(table, key, row);
    return row;
  }

  #setToken(token: string, owner: StoredKey | null): void {
    this.written.tokens.set(token, owner);
    this.#storage.claims.set(token, this.#holder);
    this.#claimed.add(token);
  }
}
