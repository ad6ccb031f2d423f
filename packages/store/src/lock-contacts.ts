import { type ContactId, contactId, type PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Holds the contacts of these numbers until the transaction ends; numbers of nobody are passed over. */
export async function lockContacts(
  tx: Queryable,
  phones: readonly PhoneNumber[],
): Promise<readonly ContactId[]> {
  return (await tx.run<{ id: number }>('lock-contacts', [phones])).map(({ id }) => contactId(id));
}
