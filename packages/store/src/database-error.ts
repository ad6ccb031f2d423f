/** What the caller of a failed statement may do. */
export type DatabaseFailure =
  /** The connection or the server is gone: nobody knows whether the statement took effect. */
  | 'unreachable'
  /** Lost a race with another transaction (class 40, lock timeout): nothing happened, try again. */
  | 'conflict'
  /** A row's content was refused (classes 22 and 23): nothing happened, and the same row fails again. */
  | 'bad_row'
  /** A bug or a missing migration. */
  | 'failed';

/** A statement that failed, with what that means. Its message never carries a parameter or a row's content. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseFailure;
  /** Postgres' own five characters, or the socket's error code. */
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;

  constructor(
    message: string,
    details: {
      code: DatabaseFailure;
      sqlState: string | undefined;
      constraint: string | undefined;
    },
  ) {
    super(message);
    this.code = details.code;
    this.sqlState = details.sqlState;
    this.constraint = details.constraint;
  }

  static from(error: unknown, statement: string): DatabaseError {
    if (error instanceof DatabaseError) return error;
    const { code: sqlState, constraint, message } = facts(error);
    const code = classify(sqlState);
    // Postgres quotes the offending value in the messages of classes 22 and 23.
    const text = code === 'bad_row' ? `refused by ${constraint ?? 'a type or a check'}` : message;
    return new DatabaseError(`${statement}: ${text}`, { code, sqlState, constraint });
  }
}

function facts(error: unknown) {
  const source = new Map<string, unknown>(error instanceof Error ? Object.entries(error) : []);
  const text = (key: string) => {
    const value = source.get(key);
    return typeof value === 'string' ? value : undefined;
  };
  return {
    code: text('code'),
    constraint: text('constraint'),
    message: error instanceof Error ? error.message : 'unknown failure',
  };
}

function classify(sqlState: string | undefined): DatabaseFailure {
  // No code at all: the driver's own words for a connection that ended or was never made.
  if (sqlState === undefined || !/^[0-9A-Z]{5}$/.test(sqlState)) return 'unreachable';
  // A transaction that did nothing for too long: the server has ended the connection.
  if (sqlState === '25P03') return 'unreachable';
  const group = sqlState.slice(0, 2);
  if (group === '40' || sqlState === '55P03') return 'conflict';
  if (group === '22' || group === '23') return 'bad_row';
  if (group === '08' || group === '57' || group === '53' || group === '58') return 'unreachable';
  return 'failed';
}
