import type { FailureClass, SequenceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Which messages an operator speaks of. */
export type DeadLetterFilter = Readonly<{
  state: 'failed' | 'uncertain';
  errorCode: string | undefined;
  sequenceId: SequenceId | undefined;
}>;

export type DeadLetterCount = Readonly<{
  error: Readonly<{ class: FailureClass; code: string }> | undefined;
  /** What became of their runs; see count-dead-letters.sql. Only `held` and `ended` are dead letters. */
  fate: 'held' | 'ended' | 'passed';
  count: number;
  /** Those of them that left once and whose text is erased by age: they can't be sent again. */
  erased: number;
}>;

type Row = {
  error_class: FailureClass | null;
  error_code: string | null;
  fate: DeadLetterCount['fate'];
  n: number;
  erased: number;
};

/** By error and by what became of the runs, the most frequent first. */
export async function countDeadLetters(
  db: Queryable,
  { state, errorCode, sequenceId }: DeadLetterFilter,
): Promise<readonly DeadLetterCount[]> {
  const values = [state, errorCode ?? null, sequenceId ?? null];
  const rows = await db.run<Row>('count-dead-letters', values);
  return rows.map((row) => ({
    error:
      row.error_class === null
        ? undefined
        : { class: row.error_class, code: row.error_code ?? 'unknown' },
    fate: row.fate,
    count: row.n,
    erased: row.erased,
  }));
}
