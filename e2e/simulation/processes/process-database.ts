import { type Database, DatabaseError, type Queryable } from '@dripfleet/store';
import { Link, type LinkOptions } from './link.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** A statement that was carried out, as the server saw it. */
export type Executed = Readonly<{
  name: string;
  values: readonly unknown[];
  rows: readonly Readonly<Record<string, unknown>>[];
  /** True ms at which it was carried out. */
  at: number;
}>;

/** Statements that took effect together. */
export type Committed = Readonly<{
  process: SimulatedProcess;
  at: number;
  statements: readonly Executed[];
}>;

export type ProcessDatabaseOptions = Omit<LinkOptions, 'toError'> &
  Readonly<{
    server: Database;
    onCommit(committed: Committed): void;
  }>;

/** A process' pool of connections to the database: the server's answers, over a link that can fail. */
export class ProcessDatabase implements Database {
  readonly #options: ProcessDatabaseOptions;
  readonly #link: Link;
  readonly #open = new Set<OpenTransaction>();

  constructor(options: ProcessDatabaseOptions) {
    this.#options = options;
    this.#link = new Link({ ...options, toError: unreachable });
    options.process.onDeath(() => this.breakConnections());
  }

  run<Row>(name: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const { server } = this.#options;
    return this.#link.call(name, async () => {
      const rows = await server.run<Row>(name, values);
      this.#tell([this.#executed(name, values, rows)]);
      return rows;
    });
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const { server } = this.#options;
    let open: OpenTransaction | undefined;
    const opened = () => {
      open ??= new OpenTransaction(server, this.#open);
      return open;
    };
    const statements: Executed[] = [];
    const run = <Row>(name: string, values: readonly unknown[] = []) =>
      this.#link.call(name, async () => {
        const rows = await opened().run<Row>(name, values);
        statements.push(this.#executed(name, values, rows));
        return rows;
      });
    let result: Result;
    try {
      result = await work({ run });
    } catch (error) {
      if (open) this.#link.tell('rollback', async () => await open?.end('rollback'));
      throw error;
    }
    await this.#link.call('commit', async () => {
      await open?.end('commit');
      this.#tell(statements);
    });
    return result;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The server, or the process, is gone: what was not committed never will be. */
  breakConnections(): void {
    for (const open of this.#open) void open.end('rollback').catch(() => {});
  }

  #executed(name: string, values: readonly unknown[], rows: readonly unknown[]): Executed {
    return { name, values, rows: rows as Executed['rows'], at: this.#options.time.now };
  }

  #tell(statements: readonly Executed[]): void {
    const { process, time, onCommit } = this.#options;
    onCommit({ process, at: time.now, statements });
  }
}

/** A transaction as the server has it. */
class OpenTransaction {
  readonly #all: Set<OpenTransaction>;
  readonly #begun: Promise<Queryable>;
  readonly #done: Promise<void>;
  #finish: (how: 'commit' | 'rollback') => void = () => {};
  #isOver = false;

  constructor(server: Database, all: Set<OpenTransaction>) {
    this.#all = all;
    all.add(this);
    let begin: (tx: Queryable) => void = () => {};
    this.#begun = new Promise((resolve) => {
      begin = resolve;
    });
    const finished = new Promise<void>((commit, rollback) => {
      this.#finish = (how) => (how === 'commit' ? commit() : rollback(unreachable('transaction')));
    });
    this.#done = server.transaction(async (tx) => {
      begin(tx);
      await finished;
    });
    this.#done.catch(() => {});
  }

  async run<Row>(name: string, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#isOver) throw unreachable(name);
    return await (await this.#begun).run<Row>(name, values);
  }

  /** Rejects when there was nothing left to commit. */
  async end(how: 'commit' | 'rollback'): Promise<void> {
    if (this.#isOver) {
      if (how === 'commit') throw unreachable('commit');
      return;
    }
    this.#isOver = true;
    this.#all.delete(this);
    this.#finish(how);
    if (how === 'commit') await this.#done;
  }
}

function unreachable(call: string): DatabaseError {
  return new DatabaseError(`${call}: the connection ended`, {
    code: 'unreachable',
    sqlState: undefined,
    constraint: undefined,
  });
}
