import { type DeadLetterFilter, findSequence, type Queryable } from '@dripfleet/store';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';

/** Which dead letters somebody speaks of. */
export type DeadLetterRequest = Readonly<{
  state: 'failed' | 'uncertain';
  errorCode?: string | undefined;
  /** By name; undefined: all. */
  sequence?: string | undefined;
}>;

export async function findDeadLetterFilter(
  db: Queryable,
  { state, errorCode, sequence: name }: DeadLetterRequest,
): Promise<Readonly<{ kind: 'found'; filter: DeadLetterFilter }> | SequenceNotFound> {
  const filter = { state, errorCode, sequenceId: undefined };
  if (name === undefined) return { kind: 'found', filter };
  const sequence = await findSequence(db, name);
  if (!sequence) return await sequenceNotFound(db, name);
  return { kind: 'found', filter: { ...filter, sequenceId: sequence.sequenceId } };
}
