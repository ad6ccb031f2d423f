import { type Database, getSettings, lockSuppressions } from '@dripfleet/store';
import { applySuppression } from './apply-suppression.ts';
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
  const { secret } = await getSettings(db);
  return await db.transaction(async (tx) => {
    await lockSuppressions(tx);
    const { reason, actor } = request;
    const { phone } = parsed;
    const { isNew, runsExited } = await applySuppression(tx, { phone, secret, reason, actor });
    return { kind: isNew ? 'suppressed' : 'already_suppressed', runsExited };
  });
}
