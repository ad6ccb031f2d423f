import type { Queryable } from './database.ts';

/** Makes a sequence without an edition; publish one in the same transaction. Does nothing when the name exists. */
export async function insertSequence(tx: Queryable, name: string): Promise<void> {
  await tx.run('insert-sequence', [name]);
}
