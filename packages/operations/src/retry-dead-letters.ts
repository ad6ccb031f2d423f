import { type DeviceId } from '@dripfleet/domain';
import {
  type Database,
  type DeadLetter,
  findDeadLetters,
  insertOperatorActions,
  lockDeadLetters,
  type Queryable,
  retryDeliveries,
  type RetryOutcome,
  settleDeliveries,
  type SettleOutcome,
} from '@dripfleet/store';
import { findDeadLetterFilter, type DeadLetterRequest } from './find-dead-letter-filter.ts';
import { inChunks } from './in-chunks.ts';
import { planSettlements } from './plan-settlements.ts';
import type { SequenceNotFound } from './sequence-not-found.ts';

/**
 * What to do with dead letters. `resend`: the same message id and text once more; a phone that has it shows it once.
 * Of an uncertain one, `sent` believes that it arrived and `skip` gives it up; both let the run go on.
 */
export type RetryVerb = 'resend' | 'sent' | 'skip';

export type RetryRequest = DeadLetterRequest &
  Readonly<{
    /** What failed can only be sent again. */
    verb: RetryVerb;
    /** Dead letters at most. */
    limit: number;
    /** Kept in the audit. */
    reason: string | undefined;
    /** Who asks, for the audit. */
    actor: string;
  }>;

export type LetterOutcome = RetryOutcome | SettleOutcome;

export type RetryResult =
  | Readonly<{
      kind: 'done';
      /** How many came to each outcome. */
      counts: Readonly<Partial<Record<LetterOutcome, number>>>;
      /** Nudge the schedulers for these: rows of them may be due now. */
      devices: readonly DeviceId[];
    }>
  | SequenceNotFound;

/**
 * Puts dead letters back to work, in transactions of 500, each letter only if it is still one: repeating it, or two
 * operators at once, changes nothing twice. What is sent again passes begin like every other message, so a run that was
 * suppressed meanwhile, a paused device or its pace hold it as ever.
 *
 * Locks: contacts, runs, deliveries. Throws `DatabaseError`; then the chunks before are done.
 */
export async function retryDeadLetters(db: Database, request: RetryRequest): Promise<RetryResult> {
  if (request.state === 'failed' && request.verb !== 'resend')
    throw new Error('unreachable: a message that failed can only be sent again');
  const found = await findDeadLetterFilter(db, request);
  if (found.kind !== 'found') return found;
  const letters = await findDeadLetters(db, found.filter, request.limit);
  const counts: Partial<Record<LetterOutcome, number>> = {};
  const devices = new Set<DeviceId>();
  for (const chunk of inChunks(letters)) {
    const outcomes = await db.transaction((tx) => retryChunk(tx, chunk, request));
    for (const [index, outcome] of outcomes.entries()) {
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      const letter = chunk[index];
      if (letter && isMoved(outcome)) devices.add(letter.deviceId);
    }
  }
  return { kind: 'done', counts, devices: [...devices] };
}

async function retryChunk(
  tx: Queryable,
  letters: readonly DeadLetter[],
  { state, errorCode, sequence, verb, reason, actor }: RetryRequest,
): Promise<readonly LetterOutcome[]> {
  await lockDeadLetters(tx, letters);
  const outcomes =
    verb === 'resend'
      ? await retryDeliveries(tx, letters, state)
      : await settleDeliveries(
          tx,
          await planSettlements(tx, letters),
          verb === 'sent' ? 'sent' : 'cancelled',
        );
  const moved = letters.filter((_, index) => isMoved(outcomes[index]));
  if (moved.length > 0) {
    const runs = moved.map(({ sequenceContactId }) => sequenceContactId);
    const detail = { state, verb, error: errorCode, sequence, reason, count: runs.length, runs };
    await insertOperatorActions(tx, { actor, action: 'retry', detail }, ['dead-letters']);
  }
  return outcomes;
}

const isMoved = (outcome: LetterOutcome | undefined) =>
  outcome === 'retried' || outcome === 'settled';
