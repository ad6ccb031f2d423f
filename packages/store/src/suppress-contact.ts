import { type ContactId, contactId, type PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Marks and locks the contact of a suppressed number; undefined when the number is nobody's. */
export async function suppressContact(
  tx: Queryable,
  phone: PhoneNumber,
): Promise<ContactId | undefined> {
  const [row] = await tx.run<{ id: number }>('suppress-contact', [phone]);
  return row && contactId(row.id);
}
