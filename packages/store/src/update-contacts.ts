import type { ContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import { contactColumns, type ContactFacts } from './insert-contacts.ts';

export type ContactUpdate = Omit<ContactFacts, 'phone' | 'phoneHash'> &
  Readonly<{ contactId: ContactId }>;

/** Adds what is newly known to contacts that are locked; each at most once. Keeps the earliest consent. */
export async function updateContacts(
  tx: Queryable,
  contacts: readonly ContactUpdate[],
): Promise<void> {
  await tx.run('update-contacts', [
    contacts.map(({ contactId }) => contactId),
    ...contactColumns(contacts),
  ]);
}
