import { type Clock, durationMs } from '@dripfleet/domain';
import { type Database, DatabaseError, type Queryable } from '@dripfleet/store';

import { conflict, inFailedTransaction, unreachable } from './refusals.ts';
import { SimulatedTransaction } from './simulated-transaction.ts';
import type { Statement } from './statement-context.ts';
import type { Storage } from './storage.ts';

/** As `openDatabase` asks them of Postgres, ms. */
export type ServerTimeouts = Readonly<{
  /** How long a statement waits for one lock. 2 s. */
  lockTimeout: number;
  /** How long a statement may take. 15 s. */
  statementTimeout: number;
  /** How long a transaction may do nothing before the server ends it. 10 s. */
  idleInTransactionTimeout: number;
}>;

const defaultTimeouts: ServerTimeouts = {
  lockTimeout: 2_000,
  statementTimeout: 15_000,
  idleInTransactionTimeout: 10_000,
};

type Parts = Readonly<{
  storage: Storage;
  clock: Clock;
  statements: ReadonlyMap<string, Statement>;
  timeouts: Partial<ServerTimeouts>;
}>;

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The pool of one process. */
export class SimulatedConnection implements Database {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #statements: ReadonlyMap<string, Statement>;
  readonly #timeouts: ServerTimeouts;
  readonly #open = new Set<SimulatedTransaction>();
  #state: 'open' | 'closed' | 'killed' = 'open';

  constructor({ storage, clock, statements, timeouts }: Parts) {
    this.#storage = storage;
    this.#clock = clock;
    this.#statements = statements;
    this.#timeouts = { ...defaultTimeouts, ...timeouts };
  }

  async run<Row>(name: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const tx = await this.#begin(name);
    try {
      const rows = await this.#execute(tx, name, values);
      tx.commit();
      return rows as readonly Row[];
    } finally {
      this.#end(tx);
    }
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const tx = await this.#begin('begin');
    let failure: unknown;
    const run = async <Row>(name: string, values: readonly unknown[] = []) => {
      if (failure !== undefined) throw afterFailure(failure, name);
      try {
        return (await this.#execute(tx, name, values)) as readonly Row[];
      } catch (error) {
        failure = error;
        // Its locks are free from now on, whenever the client gets to rolling back.
        tx.rollback();
        throw error;
      }
    };
    try {
      const result = await work({ run });
      if (failure === undefined) await this.#mustLive(tx, 'commit');
      else if (hasEnded(failure)) throw unreachable('commit', '25P03');
      // COMMIT of a transaction that has failed rolls back, and says nothing.
      tx.commit();
      return result;
    } finally {
      this.#end(tx);
    }
  }

  /** Resolves when what is under way has ended; whoever asks from now on is refused. */
  async close(): Promise<void> {
    this.#state = 'closed';
    await Promise.all([...this.#open].map((tx) => tx.ended));
  }

  /** The process is gone: what it had under way is rolled back, and nothing that it asked for is ever answered. */
  kill(): void {
    this.#state = 'killed';
    for (const tx of this.#open) this.#end(tx);
  }

  async #begin(name: string): Promise<SimulatedTransaction> {
    if (this.#state === 'killed') return await unanswered();
    if (this.#state === 'closed') throw unreachable(name, undefined);
    const tx = new SimulatedTransaction(this.#storage, {
      clock: this.#clock,
      idleTimeout: this.#timeouts.idleInTransactionTimeout,
    });
    this.#open.add(tx);
    return tx;
  }

  #end(tx: SimulatedTransaction): void {
    tx.rollback();
    this.#open.delete(tx);
  }

  async #execute(
    tx: SimulatedTransaction,
    name: string,
    values: readonly unknown[],
  ): Promise<Rows> {
    const statement = this.#statements.get(name);
    if (!statement) throw new Error(`the simulated database has no statement ${name}`);
    await this.#mustLive(tx, name);
    tx.idleSince = undefined;
    const deadline = this.#clock.monotonic() + this.#timeouts.statementTimeout;
    try {
      for (;;) {
        const attempt = tx.attempt(statement, values);
        if (attempt.kind === 'answered') return attempt.rows;
        await this.#waitFor(attempt.by, { tx, name, deadline });
        await this.#mustLive(tx, name);
      }
    } finally {
      tx.idleSince = this.#clock.monotonic();
    }
  }

  async #waitFor(
    other: SimulatedTransaction,
    { tx, name, deadline }: { tx: SimulatedTransaction; name: string; deadline: number },
  ): Promise<void> {
    if (tx.wouldWaitInCircle(other)) throw conflict(name, '40P01');
    const lockDeadline = this.#clock.monotonic() + this.#timeouts.lockTimeout;
    tx.waitsFor = other;
    try {
      while (!other.endIfAbandoned()) {
        const now = this.#clock.monotonic();
        if (now >= deadline) throw unreachable(name, '57014');
        if (now >= lockDeadline) throw conflict(name, '55P03');
        await this.#untilEnded(other, Math.min(deadline, lockDeadline, now + other.abandonedIn));
      }
    } finally {
      tx.waitsFor = undefined;
    }
  }

  /** Resolves when `other` has ended, or at an instant of the monotonic clock. */
  async #untilEnded(other: SimulatedTransaction, at: number): Promise<void> {
    const ended = new AbortController();
    const timeout = this.#clock
      .sleep(durationMs(at - this.#clock.monotonic()), ended.signal)
      .catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
    await Promise.race([other.ended, timeout]);
    ended.abort();
  }

  /** Throws when the server has ended the transaction; never answers a process that is gone. */
  async #mustLive(tx: SimulatedTransaction, name: string): Promise<void> {
    if (this.#state === 'killed') await unanswered();
    if (tx.endIfAbandoned()) throw unreachable(name, '25P03');
  }
}

function unanswered(): Promise<never> {
  return new Promise(() => {});
}

/** What a transaction answers to a statement after one has failed. */
function afterFailure(failure: unknown, statement: string): DatabaseError {
  return hasEnded(failure) ? unreachable(statement, '25P03') : inFailedTransaction(statement);
}

const hasEnded = (failure: unknown) =>
  failure instanceof DatabaseError && failure.code === 'unreachable';
