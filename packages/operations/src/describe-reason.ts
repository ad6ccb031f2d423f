import { assertNever, type Reason } from '@dripfleet/domain';
import { describeDeviceReason, isDeviceReason } from './describe-device-reason.ts';
import { describeEnd } from './describe-end.ts';
import type { ReasonContext, ReasonText } from './reason-text.ts';

/** What a rule's no means for this run, and what to do about it. No numbers of contacts, no texts. */
export function describeReason(reason: Reason, context: ReasonContext): ReasonText {
  const { rule } = reason;
  if (isDeviceReason(rule)) return describeDeviceReason(rule, context);
  const { facts, run, sequence } = context;
  switch (rule) {
    case 'ended':
    case 'suppressed':
    case 'no_consent':
    case 'held':
      return describeEnd(rule, context);
    case 'in_flight':
      return says('It is being sent at this moment; the answer of the network is awaited.');
    case 'run_paused':
      return says('The run is paused.');
    case 'sequence_not_active':
      return says(
        `The sequence is ${facts.sequence}.`,
        facts.sequence === 'paused' ? `dripfleet sequence resume ${sequence.name}` : undefined,
      );
    case 'not_due':
      return says(describeDue(context));
    case 'already_final':
      return says(
        `This step is ${facts.delivery?.state ?? 'over'} already; the run moves on when it is asked next.`,
      );
    case 'unconfirmed':
      return says(
        'It may have left, and no answer came. The device settles that first, by its receipt or by sending the same message again.',
      );
    case 'suspect':
      return says(
        `${facts.run.crashCount} processes died with it in hand; it is taken up only while nothing else is in hand there.`,
      );
    case 'in_line':
      return says(describeLine(context));
    case 'paced':
      return says(`${run.device.name} waits for its pace.`);
    default:
      return assertNever(rule);
  }
}

function describeDue({ facts: { delivery } }: ReasonContext): string {
  if (delivery?.state !== 'ready' || delivery.error === undefined) return 'It is not due yet.';
  return `It was tried ${times(delivery.attempts)} and did not leave (${delivery.error.code}); it is tried again later.`;
}

function describeLine({ facts: { ahead, run }, run: { device } }: ReasonContext): string {
  const where = run.dispatchState === 'queued' ? 'It is queued' : 'It is due and not queued yet';
  return `${where}; ${ahead} ${ahead === 1 ? 'message goes' : 'messages go'} before it on ${device.name}.`;
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

const says = (detail: string, toDo?: string): ReasonText => ({ detail, toDo });
