import type { ShownSequence } from '@dripfleet/operations';
import { CommandError } from './command-error.ts';

export function unknownSequence({
  name,
  near,
}: Extract<ShownSequence, { kind: 'not_found' }>): CommandError {
  return unknownThing('sequence', name, near);
}

/** For a name that nothing has, with those that come close. */
export function unknownThing(what: string, name: string, near: readonly string[]): CommandError {
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
  return new CommandError('not_found', `no ${what} is named "${name}"${hint}`);
}
