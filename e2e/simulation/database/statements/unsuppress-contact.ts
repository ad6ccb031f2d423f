// Mirrors packages/store/sql/unsuppress-contact.sql.
import { contactsOfPhones } from '../contact-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const unsuppressContact: Statement = (tx, values) =>
  contactsOfPhones(tx, [parameters(values).text(1)]).map((before) => {
    const { id } = tx.update('contacts', before, { suppressed_at: null });
    return { id, was_suppressed: before.suppressed_at !== null };
  });
