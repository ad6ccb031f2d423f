import type { RunStatus } from './count-sequence-contacts.ts';
import type { Queryable } from './database.ts';
import type { SequenceStatus } from './find-sequence.ts';

export type SequenceLine = Readonly<{
  name: string;
  status: SequenceStatus;
  version: number;
  publishedAt: Date;
  steps: number;
  /** Runs, by status; a status without any is missing. */
  runs: Readonly<Partial<Record<RunStatus, number>>>;
}>;

type Row = {
  name: string;
  status: SequenceStatus;
  current_version: number;
  published_at: Date;
  steps: number;
  by_status: SequenceLine['runs'];
};

/** These sequences (undefined: all), by name. Counts their runs in one scan: for an operator, not for a loop. */
export async function listSequences(
  db: Queryable,
  names?: readonly string[],
): Promise<readonly SequenceLine[]> {
  const rows = await db.run<Row>('list-sequences', [names ?? null]);
  return rows.map((row) => ({
    name: row.name,
    status: row.status,
    version: row.current_version,
    publishedAt: row.published_at,
    steps: row.steps,
    runs: row.by_status,
  }));
}
