import { closestNames } from '@dripfleet/domain';
import { listSequenceNames, type Queryable } from '@dripfleet/store';

export type SequenceNotFound = Readonly<{
  kind: 'not_found';
  what: 'sequence';
  name: string;
  /** Names it may be a slip of. */
  near: readonly string[];
}>;

/** For every command that names a sequence. */
export async function sequenceNotFound(db: Queryable, name: string): Promise<SequenceNotFound> {
  const near = closestNames(name, await listSequenceNames(db));
  return { kind: 'not_found', what: 'sequence', name, near };
}
