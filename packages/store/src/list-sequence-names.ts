import type { Queryable } from './database.ts';

/** The names of all sequences, sorted. */
export async function listSequenceNames(db: Queryable): Promise<readonly string[]> {
  return (await db.run<{ name: string }>('list-sequence-names')).map(({ name }) => name);
}
