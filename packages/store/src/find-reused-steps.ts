import type { SequenceId, Step } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The keys of `steps` under which somebody was sent another text or file, in any edition of the sequence; sorted. */
export async function findReusedSteps(
  db: Queryable,
  sequence: SequenceId,
  steps: readonly Step[],
): Promise<readonly string[]> {
  const rows = await db.run<{ key: string }>('find-reused-steps', [
    sequence,
    steps.map(({ key }) => key),
    steps.map(({ text }) => text),
    steps.map(({ media }) => (media ? JSON.stringify(media) : null)),
  ]);
  return rows.map(({ key }) => key);
}
