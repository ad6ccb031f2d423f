import { type SequenceId, sequenceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type LockedSequence = Readonly<{
  sequenceId: SequenceId;
  /** 0 while nothing is published. */
  version: number;
}>;

/** Holds a sequence until the transaction ends. Undefined when there is none of that name. */
export async function lockSequence(
  tx: Queryable,
  name: string,
): Promise<LockedSequence | undefined> {
  const [row] = await tx.run<{ id: number; current_version: number }>('lock-sequence', [name]);
  return row && { sequenceId: sequenceId(row.id), version: row.current_version };
}
