import { maskPhone, phoneHash } from '@dripfleet/domain';
import {
  cancelReadyDeliveries,
  type Database,
  exitRuns,
  getSettings,
  insertOperatorActions,
  insertSuppression,
  lockSuppressions,
  suppressContact,
} from '@dripfleet/store';
import { invalidPhone, type InvalidPhone } from './invalid-phone.ts';
import { parsePhone } from './parse-phone.ts';

export type SuppressRequest = Readonly<{
  phone: string;
  /** Kept with the suppression: `operator`, `stop`, `complaint`. */
  reason: string;
  /** Who asks, for the audit. */
  actor: string;
}>;

export type SuppressOutcome =
  /** No message is decided for this number any more; one that had begun may still arrive. */
  | Readonly<{ kind: 'suppressed'; runsExited: number }>
  /** It was suppressed before. Runs that went on all the same were ended now. */
  | Readonly<{ kind: 'already_suppressed'; runsExited: number }>
  | InvalidPhone;

/**
 * Suppresses a number, whether or not it is a contact's, and ends the contact's runs, in one transaction: a message
 * decided after it does not exist (docs/ARCHITECTURE.md, invariant 7). Locks: suppressions, contact, runs, deliveries.
 * Throws `DatabaseError`.
 */
export async function suppressPhone(
  db: Database,
  request: SuppressRequest,
): Promise<SuppressOutcome> {
  const parsed = parsePhone(request.phone);
  if (parsed.kind === 'refused') return invalidPhone(parsed);
  const { phone } = parsed;
  const hash = phoneHash((await getSettings(db)).secret, phone);
  return await db.transaction(async (tx) => {
    await lockSuppressions(tx);
    const isNew = await insertSuppression(tx, hash, request.reason);
    const contact = await suppressContact(tx, phone);
    const ended = { sequenceId: undefined, reason: 'suppressed' };
    const runs = contact === undefined ? [] : await exitRuns(tx, contact, ended);
    await cancelReadyDeliveries(
      tx,
      runs.map(({ sequenceContactId }) => sequenceContactId),
    );
    const runsExited = runs.length;
    if (!isNew && runsExited === 0) return { kind: 'already_suppressed', runsExited };
    const detail = { reason: request.reason, runs_exited: runsExited };
    const object = contact === undefined ? `phone:${maskPhone(phone)}` : `contact:${contact}`;
    await insertOperatorActions(tx, { actor: request.actor, action: 'suppress', detail }, [object]);
    return { kind: isNew ? 'suppressed' : 'already_suppressed', runsExited };
  });
}
