import type { SequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Marks a suspect that is taken in hand alone. False when that dispatch no longer stands. See isolate-row.sql. */
export async function isolateRow(
  db: Queryable,
  row: Readonly<{ sequenceContactId: SequenceContactId; dispatchSeq: number }>,
): Promise<boolean> {
  const marked = await db.run('isolate-row', [row.sequenceContactId, row.dispatchSeq]);
  return marked.length > 0;
}
