import { assertNever } from '@dripfleet/domain';
import type { ReasonContext, ReasonText } from './reason-text.ts';

/** What it means that nothing goes out any more, or that an operator must decide. */
export function describeEnd(
  rule: 'ended' | 'suppressed' | 'no_consent' | 'held',
  context: ReasonContext,
): ReasonText {
  switch (rule) {
    case 'ended':
      return describeEnded(context);
    case 'suppressed':
      return {
        detail: 'The number is suppressed: its owner does not want to be written to.',
        toDo: undefined,
      };
    case 'no_consent':
      return { detail: 'There is no consent to write to this contact.', toDo: undefined };
    case 'held':
      return describeHeld(context);
    default:
      return assertNever(rule);
  }
}

function describeEnded({ facts, run, sequence }: ReasonContext): ReasonText {
  const { status, dispatchState } = facts.run;
  if (status === 'completed')
    return { detail: 'The run is complete: every step is over.', toDo: undefined };
  const why = run.exitReason === undefined ? '' : ` (${run.exitReason})`;
  const open = dispatchState === 'sending' ? ' A message that had begun may still arrive.' : '';
  const { delivery } = facts;
  const isDeadLetter = delivery?.state === 'failed' && delivery.error?.code === run.exitReason;
  return {
    detail: `The run has ended: ${status}${why}.${open}`,
    toDo:
      isDeadLetter && !facts.contact.suppressed
        ? retryCommand('failed', run.exitReason, sequence.name)
        : undefined,
  };
}

function describeHeld({ facts: { delivery }, sequence }: ReasonContext): ReasonText {
  if (delivery?.state !== 'failed' && delivery?.state !== 'uncertain')
    return { detail: 'It is held for an operator.', toDo: undefined };
  const { state, error } = delivery;
  const what =
    state === 'failed' ? 'It failed' : 'Nobody knows whether it arrived, so it is not sent again';
  const why = error === undefined ? '' : ` (${error.class}: ${error.code})`;
  return {
    detail: `${what}${why}. An operator decides.`,
    toDo: retryCommand(state, error?.code, sequence.name),
  };
}

function retryCommand(
  state: 'failed' | 'uncertain',
  code: string | undefined,
  sequence: string,
): string {
  const error = code === undefined ? '' : ` --error ${/^[\w.-]+$/.test(code) ? code : `"${code}"`}`;
  return `dripfleet retry --state ${state}${error} --sequence ${sequence}`;
}
