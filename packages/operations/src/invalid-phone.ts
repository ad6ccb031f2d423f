import type { PersonProblem } from './check-person.ts';
import type { ParsedPhone } from './parse-phone.ts';

/** The number given cannot be one; nothing was done. */
export type InvalidPhone = Readonly<{ kind: 'invalid'; problem: PersonProblem }>;

export function invalidPhone(refused: Extract<ParsedPhone, { kind: 'refused' }>): InvalidPhone {
  return { kind: 'invalid', problem: { field: 'phone', reason: refused.reason, fix: refused.fix } };
}
