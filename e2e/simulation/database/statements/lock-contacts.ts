// Mirrors packages/store/sql/lock-contacts.sql.
import { contactsOfPhones } from '../contact-values.ts';
import { locked } from '../locking.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const lockContacts: Statement = (tx, values) => {
  const rows = contactsOfPhones(tx, parameters(values).texts(1));
  return locked(tx, { table: 'contacts', mode: 'no key update', rows }).map(({ id }) => ({ id }));
};
