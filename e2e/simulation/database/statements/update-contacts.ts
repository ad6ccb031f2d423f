// Mirrors packages/store/sql/update-contacts.sql.
import { contactFacts } from '../contact-values.ts';
import { parameters } from '../parameters.ts';
import type { Statement } from '../statement-context.ts';

export const updateContacts: Statement = (tx, values) => {
  const facts = contactFacts(values.slice(1), tx.now);
  for (const [index, id] of parameters(values).numbers(1).entries()) {
    const [c, g] = [tx.get('contacts', id), facts[index]];
    if (!c || !g) continue;
    const keeps = c.consent_at !== null && c.consent_at <= g.consent_at;
    tx.update('contacts', c, {
      name: g.name ?? c.name,
      time_zone: g.time_zone ?? c.time_zone,
      attributes: { ...c.attributes, ...g.attributes },
      consent_source: keeps ? c.consent_source : g.consent_source,
      consent_at: keeps ? c.consent_at : g.consent_at,
    });
  }
  return [];
};
