// Mirrors packages/store/sql/insert-contacts.sql.
import { contactFacts, hexesOf } from '../contact-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const insertContacts: Statement = (tx, values) => {
  const $ = parameters(values);
  const facts = contactFacts(values.slice(2), tx.now);
  const hashes = hexesOf(values[1]);
  const given = $.texts(1)
    .map((phone, index) => ({ hash: hashes[index] ?? '', row: { phone, ...facts[index] } }))
    .filter(({ hash }) => tx.get('suppressions', hash) === undefined)
    .toSorted((a, b) => (a.row.phone < b.row.phone ? -1 : 1));
  return given.flatMap(({ row }) => {
    const { kind } = tx.insertUnless('contacts', row, 'contacts_phone_key');
    return kind === 'inserted' ? [{ phone: row.phone }] : [];
  });
};
