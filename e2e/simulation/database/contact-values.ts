import { objectOf } from './json-values.ts';
import type { ContactRow } from './rows.ts';
import type { StatementContext } from './statement-context.ts';

/** `phone = any(phones)`, by id. */
export function contactsOfPhones(
  tx: StatementContext,
  phones: readonly string[],
): readonly ContactRow[] {
  return [...new Set(phones)]
    .flatMap((phone) => tx.where('contacts', 'phone', phone))
    .toSorted((a, b) => a.id - b.id);
}

type ContactFacts = Readonly<
  Pick<ContactRow, 'name' | 'time_zone' | 'attributes' | 'consent_source'> & { consent_at: number }
>;

/**
 * What insert-contacts and update-contacts are given of each contact, pairwise: names, time zones, attributes as JSON
 * texts, consent sources, consent instants. A consent from the future, or without an instant, was given now.
 */
export function contactFacts(
  [names, timeZones, attributes, sources, instants]: readonly unknown[],
  now: number,
): readonly ContactFacts[] {
  return arrayOf(names).map((name, index) => ({
    name: textOrNull(name),
    time_zone: textOrNull(arrayOf(timeZones)[index]),
    attributes: objectOf(JSON.parse(String(arrayOf(attributes)[index]))),
    consent_source: textOrNull(arrayOf(sources)[index]),
    consent_at: Math.min(instantOf(arrayOf(instants)[index]) ?? now, now),
  }));
}

/** bytea[] as hex. */
export function hexesOf(values: unknown): readonly string[] {
  return arrayOf(values).map((value) => Buffer.from(value as Uint8Array).toString('hex'));
}

function arrayOf(values: unknown): readonly unknown[] {
  if (!Array.isArray(values)) throw new TypeError(`a parameter is no array but ${typeof values}`);
  return values as readonly unknown[];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function instantOf(value: unknown): number | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}
