import { type EpochMs, epochMs, type SequenceId, sequenceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type SequenceStatus = 'draft' | 'active' | 'paused' | 'archived';

/** A sequence with its current edition. */
export type StoredSequence = Readonly<{
  sequenceId: SequenceId;
  name: string;
  status: SequenceStatus;
  version: number;
  /** To be read by `parseDefinition` of the domain. */
  definition: unknown;
  publishedAt: Date;
  /** Postgres' clock when this was read. */
  now: EpochMs;
}>;

type Row = {
  id: number;
  name: string;
  status: SequenceStatus;
  current_version: number;
  definition: unknown;
  published_at: Date;
  now_ms: number;
};

export async function findSequence(
  db: Queryable,
  name: string,
): Promise<StoredSequence | undefined> {
  const [row] = await db.run<Row>('find-sequence', [name]);
  return (
    row && {
      sequenceId: sequenceId(row.id),
      name: row.name,
      status: row.status,
      version: row.current_version,
      definition: row.definition,
      publishedAt: row.published_at,
      now: epochMs(Math.floor(row.now_ms)),
    }
  );
}
