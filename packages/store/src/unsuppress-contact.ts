import { type ContactId, contactId, type PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Clears the mark of a contact; undefined when the number is nobody's. */
export async function unsuppressContact(
  tx: Queryable,
  phone: PhoneNumber,
): Promise<Readonly<{ contactId: ContactId; wasSuppressed: boolean }> | undefined> {
  const [row] = await tx.run<{ id: number; was_suppressed: boolean }>('unsuppress-contact', [
    phone,
  ]);
  return row && { contactId: contactId(row.id), wasSuppressed: row.was_suppressed };
}
