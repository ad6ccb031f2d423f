import { type ContactId, maskPhone, type PhoneNumber, phoneHash } from '@dripfleet/domain';
import {
  cancelReadyDeliveries,
  exitRuns,
  insertOperatorActions,
  insertSuppression,
  type Queryable,
  suppressContact,
} from '@dripfleet/store';

export type Suppression = Readonly<{
  phone: PhoneNumber;
  /** The installation's. */
  secret: Uint8Array;
  /** Kept with the suppression: `operator`, `stop`, `complaint`. */
  reason: string;
  /** Who asks, for the audit. */
  actor: string;
}>;

export type AppliedSuppression = Readonly<{
  /** False: the number was suppressed before. Runs that went on all the same were ended now. */
  isNew: boolean;
  /** Undefined: the number is nobody's. */
  contactId: ContactId | undefined;
  runsExited: number;
}>;

/**
 * Suppresses a number in a transaction that holds `lockSuppressions`, and ends the contact's runs: a message decided
 * after its commit does not exist (docs/ARCHITECTURE.md, invariant 7). Locks: contact, runs, deliveries.
 */
export async function applySuppression(
  tx: Queryable,
  { phone, secret, reason, actor }: Suppression,
): Promise<AppliedSuppression> {
  const isNew = await insertSuppression(tx, phoneHash(secret, phone), reason);
  const contact = await suppressContact(tx, phone);
  const ended = { sequenceId: undefined, reason: 'suppressed' };
  const runs = contact === undefined ? [] : await exitRuns(tx, contact, ended);
  await cancelReadyDeliveries(
    tx,
    runs.map(({ sequenceContactId }) => sequenceContactId),
  );
  const applied = { isNew, contactId: contact, runsExited: runs.length };
  if (!isNew && runs.length === 0) return applied;
  const detail = { reason, runs_exited: runs.length };
  const object = contact === undefined ? `phone:${maskPhone(phone)}` : `contact:${contact}`;
  await insertOperatorActions(tx, { actor, action: 'suppress', detail }, [object]);
  return applied;
}
