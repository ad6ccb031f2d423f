import type { Queryable } from './database.ts';
import type { SequenceStatus } from './find-sequence.ts';

/** Changes a sequence's status and tells what it was; undefined when there is none of that name. */
export async function setSequenceStatus(
  tx: Queryable,
  name: string,
  status: SequenceStatus,
): Promise<SequenceStatus | undefined> {
  const [row] = await tx.run<{ before: SequenceStatus }>('set-sequence-status', [name, status]);
  return row?.before;
}
