import type { Queryable } from './database.ts';
import type { DeadLetter } from './find-dead-letters.ts';

export type RetryOutcome =
  /** It is due now, and goes through begin like every other. */
  | 'retried'
  /** Somebody settled it meanwhile. */
  | 'gone'
  /** Its text is erased by age. */
  | 'erased'
  /** Its run had ended, and the contact must not be written to. */
  | 'suppressed'
  /** Its run had ended, and the contact was enrolled again since. */
  | 'enrolled_again';

/** Retries locked dead letters, each only if it is still `state`; outcomes in their order. See retry-deliveries.sql. */
export async function retryDeliveries(
  tx: Queryable,
  letters: readonly DeadLetter[],
  state: 'failed' | 'uncertain',
): Promise<readonly RetryOutcome[]> {
  const rows = await tx.run<{ outcome: RetryOutcome }>('retry-deliveries', [
    letters.map((letter) => letter.sequenceContactId),
    letters.map((letter) => letter.stepKey),
    state,
  ]);
  return rows.map((row) => row.outcome);
}
