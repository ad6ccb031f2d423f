import type { Queryable } from './database.ts';
import type { DeadLetter } from './find-dead-letters.ts';

/** Holds the contacts, runs and deliveries of at most 500 dead letters until the transaction ends. */
export async function lockDeadLetters(
  tx: Queryable,
  letters: readonly DeadLetter[],
): Promise<void> {
  await tx.run('lock-dead-letters', [
    letters.map((letter) => letter.sequenceContactId),
    letters.map((letter) => letter.stepKey),
    letters.map((letter) => letter.contactId),
  ]);
}
