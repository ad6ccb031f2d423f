import type { Clock } from '@dripfleet/domain';

import { type Dump, dumpStorage } from './dump.ts';
import type { Rows, TableName } from './rows.ts';
import { type ServerTimeouts, SimulatedConnection } from './simulated-connection.ts';
import { SimulatedTransaction } from './simulated-transaction.ts';
import type { Statement } from './statement-context.ts';
import { statements as production } from './statements/index.ts';
import { Storage } from './storage.ts';

export type SimulatedDatabaseOptions = Readonly<{
  /** Its now() is SQL's now(); its sleep times the waits for locks. */
  clock: Clock;
  /** `settings.installation_secret`. */
  secret?: Buffer;
  /** Other statements than production's, by the names of the SQL files: for tests that break one. */
  statements?: ReadonlyMap<string, Statement>;
}>;

/**
 * A store in memory that answers `run` and `transaction` as Postgres does over our SQL files: READ COMMITTED, row locks,
 * `skip locked`, waits, lock timeouts, unique constraints. No real time and no randomness: what it does depends on the
 * calls alone.
 *
 * A statement is one step, unless it waits for a lock: then it begins again, and yet decides as Postgres does, which goes
 * on with what it saw before the wait and looks anew only at the rows that it locks.
 */
export class SimulatedDatabase {
  readonly #storage = new Storage();
  readonly #clock: Clock;
  readonly #statements: ReadonlyMap<string, Statement>;

  constructor({
    clock,
    secret = Buffer.alloc(32, 7),
    statements = production,
  }: SimulatedDatabaseOptions) {
    this.#clock = clock;
    this.#statements = statements;
    this.insert('settings', {
      installation_id: '00000000-0000-4000-8000-000000000001',
      installation_secret: secret.toString('hex'),
    });
  }

  /** A pool of one process, with as many connections as it asks for. */
  connect(timeouts: Partial<ServerTimeouts> = {}): SimulatedConnection {
    return new SimulatedConnection({
      storage: this.#storage,
      clock: this.#clock,
      statements: this.#statements,
      timeouts,
    });
  }

  /** All that is committed. */
  dump(): Dump {
    return dumpStorage(this.#storage);
  }

  /** Commits a row with the schema's defaults. Throws when it would have to wait, or the schema refuses it. */
  insert<T extends TableName>(table: T, row: Partial<Rows[T]>): Rows[T] {
    const tx = new SimulatedTransaction(this.#storage, {
      clock: this.#clock,
      idleTimeout: Infinity,
    });
    const attempt = tx.attempt((view) => [view.insert(table, row)], []);
    if (attempt.kind === 'blocked') {
      tx.rollback();
      throw new Error(`somebody else is inserting this row of ${table}`);
    }
    tx.commit();
    return attempt.rows[0] as Rows[T];
  }
}
