import pg from 'pg';
import { DatabaseError } from './database-error.ts';
import { sql } from './sql.ts';

/** Something that runs one statement of `sql/`: the pool, or one transaction of it. */
export type Queryable = Readonly<{
  /**
   * Runs `sql/<name>.sql` as a prepared statement; the connection plans it once.
   * Throws `DatabaseError`, whose `code` tells what to do next.
   */
  run<Row>(name: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}>;

export type Database = Queryable &
  Readonly<{
    /** Commits when `work` resolves, rolls back when it throws. */
    transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
    close(): Promise<void>;
  }>;

export type DatabaseOptions = Readonly<{
  url: string;
  /** Seen in pg_stat_activity. */
  applicationName: string;
  /** Connections at most. */
  connectionsMax?: number;
  /** How long a connection may take to be made, ms. */
  connectTimeout?: number;
  /** How long a statement may wait for a lock, ms. 2 s on the hot path. */
  lockTimeout?: number;
  /** How long a statement may run, ms. */
  statementTimeout?: number;
  /**
   * For programs whose every statement looks rows up by key: no plan that was made while a table was small reads all of it
   * ever after, and indexes are walked, which is how their dead entries get known. A statement is planned once: for a batch
   * of a few rows the planner would plan it anew each time, which takes longer than running it (docs/performance.md).
   */
  plansByKey?: boolean;
  /** How long a transaction may do nothing before the server ends it, ms: a frozen process must not keep its locks. */
  idleInTransactionTimeout?: number;
}>;

// Identifiers and epochs are bigint in Postgres and stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

/** What `plansByKey` asks of the server. */
export const plansByKeyOptions =
  '-c enable_seqscan=off -c enable_bitmapscan=off -c plan_cache_mode=force_generic_plan';

const texts = new Map<string, string>();

function statement(name: string): { name: string; text: string } {
  let text = texts.get(name);
  if (text === undefined) {
    text = sql(name);
    texts.set(name, text);
  }
  return { name, text };
}

/**
 * Closes a connection whose login failed on this side, as it does without a password. The driver would leave it open until the
 * server gives up, a minute later: so long the process does not end, and each further try takes another of the server's.
 */
class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.connection.on('error', () => this.connection.stream.destroy());
  }
}

/** Opens a pool. Connects at the first statement, and again by itself after an outage. */
export function openDatabase(options: DatabaseOptions): Database {
  const statementTimeout = options.statementTimeout ?? 15_000;
  const pool = new pg.Pool({
    Client,
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.connectionsMax ?? 4,
    connectionTimeoutMillis: options.connectTimeout ?? 5_000,
    lock_timeout: options.lockTimeout ?? 2_000,
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeout ?? 10_000,
    // The server can't end a statement over a connection that swallows everything.
    query_timeout: statementTimeout + Math.min(2_000, statementTimeout),
    keepAlive: true,
    ...(options.plansByKey ? { options: plansByKeyOptions } : {}),
  });
  // An idle connection that breaks is replaced at the next statement; nobody is waiting on it.
  pool.on('error', () => {});
  // The pool stops listening while a transaction has the connection; an error that nobody hears ends the process.
  // The transaction learns of it from its next statement, and the pool throws the connection away when it comes back.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    run: (name, values) => runOn(pool, name, values),
    transaction: (work) => transactionOn(pool, work),
    close: () => pool.end(),
  };
}

async function runOn<Row>(
  on: pg.Pool | pg.PoolClient,
  name: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the row's shape is the .sql file's, held by its test
    return (await on.query({ ...statement(name), values: [...values] })).rows as Row[];
  } catch (error) {
    throw DatabaseError.from(error, name);
  }
}

async function transactionOn<Result>(
  pool: pg.Pool,
  work: (tx: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw DatabaseError.from(error, 'connect');
  });
  let broken: Error | undefined;
  try {
    await control(client, 'begin');
    const result = await work({ run: (name, values) => runOn(client, name, values) });
    await control(client, 'commit');
    return result;
  } catch (error) {
    // A connection that can't even roll back is thrown away rather than returned to the pool.
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function control(client: pg.PoolClient, command: 'begin' | 'commit'): Promise<void> {
  try {
    await client.query(command);
  } catch (error) {
    throw DatabaseError.from(error, command);
  }
}
