import type { SequenceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type VersionRef = Readonly<{ sequenceId: SequenceId; version: number }>;

/** The stored definitions of these versions, as JSON; `parseDefinition` of the domain reads it. */
export async function getDefinitions(
  db: Queryable,
  versions: readonly VersionRef[],
): Promise<readonly (VersionRef & { definition: unknown })[]> {
  const rows = await db.run<{ sequence_id: SequenceId; version: number; definition: unknown }>(
    'get-definitions',
    [versions.map((ref) => ref.sequenceId), versions.map((ref) => ref.version)],
  );
  return rows.map((row) => ({
    sequenceId: row.sequence_id,
    version: row.version,
    definition: row.definition,
  }));
}
