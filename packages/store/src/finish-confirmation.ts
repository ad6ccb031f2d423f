import type { FailureClass, SequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ConfirmationFinish = Readonly<{
  sequenceContactId: SequenceContactId;
  cycle: number;
  /** The one that this is a fact about. */
  attempt: number;
  /** `ready`: it is certain that nothing left. */
  state: 'sent' | 'ready' | 'failed' | 'uncertain';
  error: Readonly<{ class: FailureClass; code: string }> | undefined;
}>;

/** Stores what became of a confirmation; false when that was known. Repeating it changes nothing. */
export async function finishConfirmation(
  db: Queryable,
  { sequenceContactId, cycle, attempt, state, error }: ConfirmationFinish,
): Promise<boolean> {
  const rows = await db.run('finish-confirmation', [
    sequenceContactId,
    cycle,
    attempt,
    state,
    error?.class ?? null,
    error?.code ?? null,
  ]);
  return rows.length > 0;
}
