import type { DurationMs, StepKey } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DeadLetter } from './find-dead-letters.ts';

/** A dead letter, and where its run goes from there; `next` undefined: the run is complete. */
export type Settlement = DeadLetter &
  Readonly<{ next: Readonly<{ stepKey: StepKey; dueIn: DurationMs }> | undefined }>;

/** `gone`: somebody settled it meanwhile. */
export type SettleOutcome = 'settled' | 'gone';

/** Settles locked, uncertain dead letters by an operator's word; outcomes in their order. See settle-deliveries.sql. */
export async function settleDeliveries(
  tx: Queryable,
  settlements: readonly Settlement[],
  state: 'sent' | 'cancelled',
): Promise<readonly SettleOutcome[]> {
  const rows = await tx.run<{ outcome: SettleOutcome }>('settle-deliveries', [
    settlements.map((letter) => letter.sequenceContactId),
    settlements.map((letter) => letter.stepKey),
    settlements.map(({ next }) => next?.stepKey ?? null),
    settlements.map(({ next }) => (next ? Math.round(next.dueIn) : null)),
    state,
  ]);
  return rows.map((row) => row.outcome);
}
