import { type SequenceDefinition, serializeDefinition } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { LockedSequence } from './lock-sequence.ts';

/** Publishes `definition` as this version and makes it the current one. The sequence must be locked. */
export async function insertSequenceVersion(
  tx: Queryable,
  { sequenceId, version }: LockedSequence,
  definition: SequenceDefinition,
): Promise<void> {
  const json = serializeDefinition(definition);
  await tx.run('insert-sequence-version', [sequenceId, version, json]);
}
