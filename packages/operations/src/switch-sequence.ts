import { type Database, insertOperatorActions, setSequenceStatus } from '@dripfleet/store';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';

export type SwitchedSequence =
  | Readonly<{ kind: 'changed' }>
  /** It was so before. */
  | Readonly<{ kind: 'unchanged' }>
  | SequenceNotFound;

export type SwitchRequest = Readonly<{
  name: string;
  status: 'active' | 'paused';
  /** Who asks, for the audit. */
  actor: string;
}>;

/**
 * Pauses or resumes a sequence. Nobody is lost: what falls due meanwhile goes afterwards, and contacts can still be
 * enrolled. A message that has begun is finished. Throws `DatabaseError`.
 */
export async function switchSequence(
  db: Database,
  { name, status, actor }: SwitchRequest,
): Promise<SwitchedSequence> {
  return await db.transaction(async (tx) => {
    const before = await setSequenceStatus(tx, name, status);
    if (before === undefined) return await sequenceNotFound(tx, name);
    if (before === status) return { kind: 'unchanged' };
    const action = status === 'paused' ? 'sequence.pause' : 'sequence.resume';
    await insertOperatorActions(tx, { actor, action, detail: { before } }, [`sequence:${name}`]);
    return { kind: 'changed' };
  });
}
