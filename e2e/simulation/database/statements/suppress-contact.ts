// Mirrors packages/store/sql/suppress-contact.sql.
import { contactsOfPhones } from '../contact-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const suppressContact: Statement = (tx, values) =>
  contactsOfPhones(tx, [parameters(values).text(1)]).map((contact) => {
    const { id } = tx.update('contacts', contact, {
      suppressed_at: contact.suppressed_at ?? tx.now,
    });
    return { id };
  });
