import { createHmac } from 'node:crypto';
import type { MessageId, SequenceContactId, StepKey } from './ids.ts';

/**
 * The WhatsApp message id of one step for one sequence contact: `3EB0` and 18 hex digits, the shape of the
 * ids that WhatsApp Web makes.
 *
 * It carries no attempt number, so that every re-send is the same message. `secret` is the installation's
 * random secret, at least 32 bytes; without it an id would tell which contact it belongs to.
 */
export function messageId(
  secret: Uint8Array,
  { sequenceContactId, stepKey, cycle }: MessageIdentity,
): MessageId {
  const digest = createHmac('sha256', secret)
    .update(`message|${sequenceContactId}|${stepKey}|${cycle}`)
    .digest('hex');
  return `3EB0${digest.slice(0, 18).toUpperCase()}` as MessageId;
}

/** What one message is, for ever. A deliberate repeat by an operator is the next `cycle`, counted from 0. */
export type MessageIdentity = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  cycle: number;
}>;
