import { countDeadLetters, type DeadLetterCount, type Queryable } from '@dripfleet/store';
import { findDeadLetterFilter, type DeadLetterRequest } from './find-dead-letter-filter.ts';
import type { SequenceNotFound } from './sequence-not-found.ts';

/** The messages of one error code. */
export type DeadLetterLine = Readonly<{
  error: DeadLetterCount['error'];
  /** Their runs wait for an operator. */
  held: number;
  /** The failure ended their runs. */
  ended: number;
  /** Their runs went on without them, or ended for another reason: they are not retried, for that would break the order. */
  passed: number;
  /** Of those held or ended: can't be sent again, for their text is erased by age. */
  erased: number;
}>;

export type DeadLetterList =
  | Readonly<{ kind: 'listed'; lines: readonly DeadLetterLine[] }>
  | SequenceNotFound;

/** What failed, or is uncertain, by error code; the most frequent first. */
export async function listDeadLetters(
  db: Queryable,
  request: DeadLetterRequest,
): Promise<DeadLetterList> {
  const found = await findDeadLetterFilter(db, request);
  if (found.kind !== 'found') return found;
  const lines = new Map<string, DeadLetterLine>();
  for (const { error, fate, count, erased } of await countDeadLetters(db, found.filter)) {
    const key = `${error?.class} ${error?.code}`;
    const line = lines.get(key) ?? { error, held: 0, ended: 0, passed: 0, erased: 0 };
    lines.set(key, {
      ...line,
      [fate]: line[fate] + count,
      erased: line.erased + (fate === 'passed' ? 0 : erased),
    });
  }
  const total = ({ held, ended, passed }: DeadLetterLine) => held + ended + passed;
  return {
    kind: 'listed',
    lines: [...lines.values()].toSorted((one, other) => total(other) - total(one)),
  };
}
