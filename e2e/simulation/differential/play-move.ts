import { assertNever } from '@dripfleet/domain';
import { type Database, DatabaseError, type Queryable } from '@dripfleet/store';
import type { Move, Together } from './moves.ts';
import type { Operation } from './operations/operation.ts';
import { lockTimeout, type Side } from './side.ts';
import { sortRows } from './sort-rows.ts';

/** What an operation answered, as far as the two sides must agree. */
export type Outcome =
  | Readonly<{ kind: 'answered'; value: unknown }>
  | Readonly<{ kind: 'failed'; code: string }>;

export type MoveOutcome = Readonly<{
  outcomes: readonly Outcome[];
  /** Whether the second of two had to wait for the first. */
  blocked?: boolean;
}>;

/** Does one move on one side. */
export async function playMove(side: Side, move: Move): Promise<MoveOutcome> {
  switch (move.kind) {
    case 'time':
      await side.advance(move.ms);
      return { outcomes: [] };
    case 'alone':
      return { outcomes: [await runOn(side.connections().first, move.operation)] };
    case 'together':
      return await playTogether(side, move);
    default:
      return assertNever(move);
  }
}

async function playTogether(side: Side, move: Together): Promise<MoveOutcome> {
  const held = hold(side.connections().first, move);
  await held.reached;
  await side.advance(move.passes);
  const { second, hasty } = side.connections();
  let ended = false;
  const running = runOn(move.end === 'timeout' ? hasty : second, move.second).finally(() => {
    ended = true;
  });
  const blocked = await side.isBlocked(() => ended);
  if (move.end === 'timeout') {
    await side.advance(lockTimeout);
    await side.giveUp(() => ended);
    await running;
  }
  held.release();
  const outcomes = [await held.outcome, await running];
  // How soon the hasty one gave up is nobody's promise.
  return move.end === 'timeout' ? { outcomes } : { outcomes, blocked };
}

class RolledBack extends Error {
  readonly answer: Outcome;

  constructor(answer: Outcome) {
    super('rolled back on purpose');
    this.answer = answer;
  }
}

/** Runs the first of two in a transaction that stops where the move says until it is released. */
function hold(db: Database, { first, heldAfter, end }: Together) {
  const stop = deferred();
  const reached = deferred();
  const stopHere = async () => {
    reached.resolve();
    await stop.promise;
  };
  let left = heldAfter ?? Number.POSITIVE_INFINITY;
  const work = async (tx: Queryable): Promise<unknown> => {
    const run: Queryable['run'] = async (name, values) => {
      const rows = await tx.run<never>(name, values);
      left -= 1;
      if (left === 0) await stopHere();
      return rows;
    };
    const whole: Database = {
      run,
      transaction: async (inner) => await inner({ run }),
      close: db.close,
    };
    const value = await first.run(whole);
    if (left > 0) await stopHere();
    if (end === 'rollback') throw new RolledBack({ kind: 'answered', value: normal(first, value) });
    return value;
  };
  const outcome = runOn(db, { ...first, run: async (over) => await over.transaction(work) });
  return {
    /** Whether it stopped or ended of itself. */
    reached: Promise.race([reached.promise, outcome]),
    release: stop.resolve,
    outcome,
  };
}

async function runOn(db: Database, operation: Operation): Promise<Outcome> {
  try {
    return { kind: 'answered', value: normal(operation, await operation.run(db)) };
  } catch (error) {
    if (error instanceof RolledBack) return error.answer;
    if (error instanceof DatabaseError) return { kind: 'failed', code: error.code };
    if (error instanceof Error) return { kind: 'failed', code: error.message };
    throw error;
  }
}

/** Their statements name no order. */
const unordered = new Set(
  [
    ['claimDevices', 'releaseDevices', 'findDevices', 'findOwnedDevices', 'findIdleDevices'],
    ['findQuietDevices', 'findStaleQueued', 'loadDeliveries', 'getDefinitions', 'returnToIdle'],
    ['queueDue', 'recordReceipts', 'lockContacts and exitRuns'],
    ['findOpenDeliveries', 'findTransmissions'],
  ].flat(),
);

function normal({ name }: Operation, value: unknown): unknown {
  return unordered.has(name) && Array.isArray(value) ? sortRows(value) : value;
}

function deferred(): Readonly<{ promise: Promise<void>; resolve: () => void }> {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
