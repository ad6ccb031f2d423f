import type { PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What is known of a person; undefined is not given. */
export type ContactFacts = Readonly<{
  phone: PhoneNumber;
  /** By `phoneHash` of the domain. */
  phoneHash: Uint8Array;
  name: string | undefined;
  /** IANA. */
  timeZone: string | undefined;
  attributes: Readonly<Record<string, string>>;
  consent: Readonly<{ source: string; at: Date | undefined }>;
}>;

/** Makes the contacts that do not exist and are not suppressed; the numbers of those it made. */
export async function insertContacts(
  tx: Queryable,
  contacts: readonly ContactFacts[],
): Promise<ReadonlySet<PhoneNumber>> {
  const rows = await tx.run<{ phone: PhoneNumber }>('insert-contacts', [
    contacts.map(({ phone }) => phone),
    contacts.map(({ phoneHash }) => phoneHash),
    ...contactColumns(contacts),
  ]);
  return new Set(rows.map(({ phone }) => phone));
}

/** The arrays that insert-contacts.sql and update-contacts.sql have in common. */
export function contactColumns(contacts: readonly Omit<ContactFacts, 'phone' | 'phoneHash'>[]) {
  return [
    contacts.map(({ name }) => name ?? null),
    contacts.map(({ timeZone }) => timeZone ?? null),
    contacts.map(({ attributes }) => JSON.stringify(attributes)),
    contacts.map(({ consent }) => consent.source),
    contacts.map(({ consent }) => consent.at ?? null),
  ];
}
