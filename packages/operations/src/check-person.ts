import type { EpochMs } from '@dripfleet/domain';
import { parseInstant } from './parse-instant.ts';
import { parsePhone } from './parse-phone.ts';
import type { Person } from './person.ts';
import { isTimeZone } from './is-time-zone.ts';

/** A person as written in a file or a command; blank and absent are the same: not given. */
export type PersonInput = Readonly<{
  phone: string;
  consent_source: string;
  consent_at?: string | undefined;
  name?: string | undefined;
  time_zone?: string | undefined;
  device?: string | undefined;
  /** `first_name` and whatever else a text may use, by name. */
  attributes: Readonly<Record<string, string>>;
}>;

/** What is wrong with a person, and what to do about it. Names the field; `reason` continues "<field> …". */
export type PersonProblem = Readonly<{ field: string; reason: string; fix: string }>;

export type CheckedPerson =
  | Readonly<{ kind: 'accepted'; person: Omit<Person, 'importKey'> }>
  | Readonly<{ kind: 'rejected'; problem: PersonProblem }>;

/** Code units. Far above what people write, far below what would fill a table. */
const longest = { consent_source: 200, name: 200, device: 63, attribute: 1_000 } as const;
export const attributesMax = 64;
/** What Liquid can name; nothing that begins with an underscore, as `__proto__` does. */
const attributePattern = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;
/** A date says nothing of its time zone, and some are 14 hours ahead. */
const aheadMs = 24 * 3_600_000;

/** Checks everything about a person that needs no database; the first problem found. `now` is Postgres' clock. */
export function checkPerson(input: PersonInput, now: EpochMs): CheckedPerson {
  const phone = parsePhone(input.phone);
  if (phone.kind === 'refused') return rejected('phone', phone.reason, phone.fix);
  const source = given(input.consent_source);
  if (source === undefined) {
    return rejected('consent_source', 'is empty', 'say where this person agreed to be written to');
  }
  const consentAt = given(input.consent_at);
  const at = consentAt === undefined ? undefined : parseInstant(consentAt);
  if (consentAt !== undefined && at === undefined) {
    return rejected('consent_at', 'is not a time', 'write 2026-01-31 or 2026-01-31T09:30:00Z');
  }
  if (at && at.getTime() > now + aheadMs) {
    return rejected(
      'consent_at',
      'lies in the future',
      'check the year and the order of the digits',
    );
  }
  const timeZone = given(input.time_zone);
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    return rejected('time_zone', 'is not a time zone', 'write an IANA name such as Asia/Makassar');
  }
  const [name, device] = [given(input.name), given(input.device)];
  const attributes = givenAttributes(input.attributes);
  const problem =
    sizeProblem({ consent_source: source, name, device }) ?? attributeProblem(attributes);
  if (problem) return { kind: 'rejected', problem };
  const consent = { source, at };
  return {
    kind: 'accepted',
    person: { phone: phone.phone, name, timeZone, device, consent, attributes },
  };
}

/** Why a text could not use an attribute of this name; undefined when it could. */
export function attributeNameProblem(name: string): Omit<PersonProblem, 'field'> | undefined {
  if (attributePattern.test(name)) return undefined;
  const reason = 'is not a name that a text can use';
  return { reason, fix: 'write a letter, then letters, digits and _, at most 40 characters' };
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function givenAttributes(attributes: PersonInput['attributes']): Record<string, string> {
  const entries = Object.entries(attributes).map(([key, value]) => [key, value.trim()] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

function sizeProblem(
  texts: Readonly<Record<'consent_source' | 'name' | 'device', string | undefined>>,
): PersonProblem | undefined {
  for (const field of ['consent_source', 'name', 'device'] as const) {
    const problem = textProblem(field, texts[field] ?? '', longest[field]);
    if (problem) return problem;
  }
  return undefined;
}

function attributeProblem(attributes: Readonly<Record<string, string>>): PersonProblem | undefined {
  const entries = Object.entries(attributes);
  for (const [field, value] of entries) {
    const name = attributeNameProblem(field);
    const problem = name ? { field, ...name } : textProblem(field, value, longest.attribute);
    if (problem) return problem;
  }
  const [first] = entries[attributesMax] ?? [];
  if (first === undefined) return undefined;
  return { field: first, reason: 'is one too many', fix: `give at most ${attributesMax}` };
}

function textProblem(field: string, text: string, max: number): PersonProblem | undefined {
  if (text.length > max) {
    return { field, reason: `is longer than ${max} characters`, fix: 'shorten it' };
  }
  // Postgres stores no NUL; the replacement character stands for bytes that were no UTF-8.
  if (text.includes('\u0000') || text.includes('\uFFFD')) {
    return {
      field,
      reason: 'holds a broken character',
      fix: 'save the file as UTF-8, or write it anew',
    };
  }
  return undefined;
}

function rejected(field: string, reason: string, fix: string): CheckedPerson {
  return { kind: 'rejected', problem: { field, reason, fix } };
}
