import { parseDefinition, type SequenceDefinition } from '@dripfleet/domain';
import { type Database, findSequence, listSequences, type SequenceLine } from '@dripfleet/store';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';

export type ShownSequence =
  | Readonly<{ kind: 'shown'; sequence: SequenceLine; definition: SequenceDefinition }>
  | SequenceNotFound;

/** A sequence with its current edition and the number of its runs by status. Throws `DatabaseError`, `DefinitionError`. */
export async function showSequence(db: Database, name: string): Promise<ShownSequence> {
  const found = await findSequence(db, name);
  const [sequence] = found ? await listSequences(db, [name]) : [];
  if (!found || !sequence) return await sequenceNotFound(db, name);
  return { kind: 'shown', sequence, definition: parseDefinition(found.definition) };
}
