import { maskPhone, phoneHash } from '@dripfleet/domain';
import {
  type Database,
  deleteSuppression,
  getSettings,
  insertOperatorActions,
  lockSuppressions,
  unsuppressContact,
} from '@dripfleet/store';
import { invalidPhone, type InvalidPhone } from './invalid-phone.ts';
import { parsePhone } from './parse-phone.ts';

export type UnsuppressRequest = Readonly<{
  phone: string;
  /** Who asks, for the audit. */
  actor: string;
}>;

export type UnsuppressOutcome =
  | Readonly<{ kind: 'unsuppressed' }>
  | Readonly<{ kind: 'not_suppressed' }>
  | InvalidPhone;

/** Lets a number be enrolled and written to again. Runs that its suppression ended stay ended. Throws `DatabaseError`. */
export async function unsuppressPhone(
  db: Database,
  { phone: text, actor }: UnsuppressRequest,
): Promise<UnsuppressOutcome> {
  const parsed = parsePhone(text);
  if (parsed.kind === 'refused') return invalidPhone(parsed);
  const { phone } = parsed;
  const hash = phoneHash((await getSettings(db)).secret, phone);
  return await db.transaction(async (tx) => {
    await lockSuppressions(tx);
    const deleted = await deleteSuppression(tx, hash);
    const contact = await unsuppressContact(tx, phone);
    if (!deleted && !contact?.wasSuppressed) return { kind: 'not_suppressed' };
    const object = contact ? `contact:${contact.contactId}` : `phone:${maskPhone(phone)}`;
    await insertOperatorActions(tx, { actor, action: 'unsuppress', detail: {} }, [object]);
    return { kind: 'unsuppressed' };
  });
}
