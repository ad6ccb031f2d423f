import type { Clock } from '@dripfleet/domain';

import { Blocked, Outdated } from './blocked.ts';
import type { TableName } from './rows.ts';
import type { StoredKey } from './schema.ts';
import type { Statement } from './statement-context.ts';
import { newMemory } from './statement-memory.ts';
import { StatementView } from './statement-view.ts';
import type { Holder, Storage } from './storage.ts';
import { WrittenRows } from './written-rows.ts';

/** A statement's answer, or the transaction that must end before there can be one. */
export type Attempt =
  | Readonly<{ kind: 'answered'; rows: readonly Readonly<Record<string, unknown>>[] }>
  | Readonly<{ kind: 'blocked'; by: SimulatedTransaction }>;

/** One transaction: runs statements one at a time, then commits or rolls back. Nothing here waits. */
export class SimulatedTransaction implements Holder {
  /** Resolves when it has committed or rolled back. */
  readonly ended: Promise<void>;
  /** What one of its statements waits for at this moment, to see circles. */
  waitsFor: SimulatedTransaction | undefined;
  /** Since when its client has asked for nothing, by the monotonic clock; undefined while a statement is under way. */
  idleSince: number | undefined;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #idleTimeout: number;
  readonly #now: number;
  readonly #written = new WrittenRows();
  /** Also what a statement that waits has written: it holds on to it. */
  readonly #claimed = new Set<string>();
  #memory = newMemory();
  #hasEnded = false;
  #announceEnd: () => void = () => {};

  /** `idleTimeout`: how long it may do nothing before the server ends it, ms. */
  constructor(storage: Storage, { clock, idleTimeout }: { clock: Clock; idleTimeout: number }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#idleTimeout = idleTimeout;
    this.#now = clock.now();
    this.idleSince = clock.monotonic();
    this.ended = new Promise((resolve) => {
      this.#announceEnd = resolve;
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How long until the server ends it unless its client does something, ms. */
  get abandonedIn(): number {
    if (this.idleSince === undefined) return Infinity;
    return this.idleSince + this.#idleTimeout - this.#clock.monotonic();
  }

  /** Runs a statement whole, or not at all. One that is blocked is run again; one that throws is the last one. */
  attempt(statement: Statement, values: readonly unknown[]): Attempt {
    for (;;) {
      const view = new StatementView(this.#storage, {
        holder: this,
        now: this.#now,
        earlier: this.#written,
        memory: this.#memory,
        claimed: this.#claimed,
      });
      try {
        const rows = statement(view, values);
        this.#written.merge(view.written);
        this.#forget();
        return { kind: 'answered', rows };
      } catch (error) {
        if (!(error instanceof Blocked || error instanceof Outdated)) throw error;
        if (error instanceof Outdated) continue;
        this.#storage.snapshots.take(this.#memory);
        return { kind: 'blocked', by: error.by as SimulatedTransaction };
      }
    }
  }

  commit(): void {
    if (!this.#hasEnded) this.#storage.commit(this.#written);
    this.rollback();
  }

  /** Does nothing once it has ended. */
  rollback(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const token of this.#claimed) {
      if (this.#storage.claims.get(token) === this) this.#storage.claims.delete(token);
    }
    this.#storage.locks.release(this);
    this.#forget();
    this.#announceEnd();
  }

  hasWritten(table: TableName, key: StoredKey): boolean {
    return this.#written.of(table)?.has(key) === true;
  }

  endIfAbandoned(): boolean {
    if (this.abandonedIn <= 0) this.rollback();
    return this.#hasEnded;
  }

  /** Whether it would wait for itself, if it waited for `other`. */
  wouldWaitInCircle(other: SimulatedTransaction): boolean {
    for (let next: SimulatedTransaction | undefined = other; next; next = next.waitsFor) {
      if (next === this) return true;
    }
    return false;
  }

  #forget(): void {
    this.#storage.snapshots.drop(this.#memory);
    this.#memory = newMemory();
  }
}
