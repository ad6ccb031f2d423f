import {
  assertNever,
  type Conclusion,
  durationMs,
  epochMs,
  planNext,
  type SequenceContactId,
  type SequenceDefinition,
  type StepKey,
} from '@dripfleet/domain';
import type { FinishRow, Move } from '@dripfleet/store';

/** The step that a conclusion speaks of. */
export type ConcludedStep = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  definition: SequenceDefinition;
  /** The number that begin gave; undefined for a fact about the delivery, such as a receipt. */
  attempt: number | undefined;
}>;

/** What a conclusion means for the delivery and its sequence contact. Due times go as durations: Postgres has the clock. */
export function toFinishRow(
  { sequenceContactId, stepKey, definition, attempt }: ConcludedStep,
  conclusion: Conclusion,
): FinishRow {
  const base = { sequenceContactId, stepKey, attempt };
  switch (conclusion.kind) {
    case 'sent':
      return { ...base, state: 'sent', error: undefined, move: moveOn(definition, stepKey) };
    case 'retry':
      return {
        ...base,
        state: 'ready',
        error: { class: 'not_sent', code: conclusion.reason },
        move: { kind: 'wait', dueIn: durationMs(conclusion.at) },
      };
    case 'recover':
      return {
        ...base,
        state: 'sending',
        error: { class: conclusion.left ? 'unconfirmed' : 'not_sent', code: conclusion.reason },
        move: { kind: 'hold' },
      };
    case 'failed':
      return {
        ...base,
        state: 'failed',
        error: { class: conclusion.errorClass, code: conclusion.code },
        move: definition.onFailedStep === 'exit' ? { kind: 'exit' } : moveOn(definition, stepKey),
      };
    case 'held':
      return {
        ...base,
        state: 'failed',
        error: { class: conclusion.errorClass, code: conclusion.code },
        move: { kind: 'hold' },
      };
    default:
      return assertNever(conclusion);
  }
}

/** Where a sequence contact goes when its step is over. */
export function moveOn(
  definition: SequenceDefinition,
  stepKey: StepKey,
): Extract<Move, { kind: 'next' | 'complete' }> {
  const plan = planNext(definition, stepKey, epochMs(0));
  return plan.kind === 'step'
    ? { kind: 'next', stepKey: plan.stepKey, dueIn: durationMs(plan.dueAt) }
    : { kind: 'complete' };
}

/** Whether the step after this one has no delay. */
export function isNextDueAtOnce(definition: SequenceDefinition, stepKey: StepKey): boolean {
  const move = moveOn(definition, stepKey);
  return move.kind === 'next' && move.dueIn === 0;
}

/** Begin's answer was lost: if it was committed, its attempt did not leave, and the row is asked again shortly. */
export function lostBeginRow(step: Omit<ConcludedStep, 'definition'>): FinishRow {
  return {
    ...step,
    state: 'ready',
    error: { class: 'not_sent', code: 'begin_unanswered' },
    move: { kind: 'wait', dueIn: durationMs(1_000) },
  };
}

/** The delivery was accepted, by whatever proof; its sequence contact goes on. */
export function sentRow(step: Omit<ConcludedStep, 'attempt'>): FinishRow {
  return toFinishRow({ ...step, attempt: undefined }, { kind: 'sent', at: epochMs(0) });
}
