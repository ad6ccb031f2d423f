import type { DurationMs, FailureClass, SequenceContactId, StepKey } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** What became of a delivery, and where its sequence contact goes from there. */
export type FinishRow = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  /** The attempt that this is a fact about; undefined for a fact about the delivery, such as a receipt. */
  attempt: number | undefined;
  /** `sending`: nobody knows yet, recovery will. */
  state: 'sent' | 'ready' | 'sending' | 'failed' | 'uncertain' | 'cancelled';
  error: Readonly<{ class: FailureClass; code: string }> | undefined;
  move: Move;
}>;

export type Move =
  | Readonly<{ kind: 'next'; stepKey: StepKey; dueIn: DurationMs }>
  /** Stays at this step, to be asked again. */
  | Readonly<{ kind: 'wait'; dueIn: DurationMs }>
  /** Stays until an operator decides. */
  | Readonly<{ kind: 'hold' }>
  | Readonly<{ kind: 'exit' }>
  | Readonly<{ kind: 'complete' }>;

/** `already`: the fact was known or overtaken by a later attempt. `unknown`: there is no such delivery. */
export type FinishOutcome = 'stored' | 'already' | 'unknown';

/** Stores all `rows` in one transaction; outcomes in their order. Repeating it changes nothing. See finish-deliveries.sql. */
export async function finishDeliveries(
  db: Queryable,
  rows: readonly FinishRow[],
): Promise<readonly FinishOutcome[]> {
  const answers = await db.run<{ outcome: FinishOutcome }>('finish-deliveries', [
    rows.map((row) => row.sequenceContactId),
    rows.map((row) => row.stepKey),
    rows.map((row) => row.attempt ?? null),
    rows.map((row) => row.state),
    rows.map((row) => row.error?.class ?? null),
    rows.map((row) => row.error?.code ?? null),
    rows.map((row) => row.move.kind),
    rows.map(({ move }) => (move.kind === 'next' ? move.stepKey : null)),
    rows.map(({ move }) =>
      move.kind === 'next' || move.kind === 'wait' ? Math.round(move.dueIn) : null,
    ),
  ]);
  return answers.map((row) => row.outcome);
}
