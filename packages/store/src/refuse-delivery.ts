import type { Epoch, MessageId, SequenceContactId, StepKey } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { Move } from './finish-deliveries.ts';

export type RefusedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  dispatchSeq: number;
  stepKey: StepKey;
  epoch: Epoch;
  messageId: MessageId;
  toJid: string;
  /** Why, without any of the contact's data. */
  errorCode: string;
  move: Extract<Move, { kind: 'next' | 'exit' | 'complete' }>;
}>;

/** Fails a step whose content can't be made. False when that dispatch no longer stands. */
export async function refuseDelivery(db: Queryable, refused: RefusedDelivery): Promise<boolean> {
  const { move } = refused;
  const rows = await db.run('refuse-delivery', [
    refused.sequenceContactId,
    refused.dispatchSeq,
    refused.stepKey,
    refused.epoch,
    refused.messageId,
    refused.toJid,
    refused.errorCode,
    move.kind,
    move.kind === 'next' ? move.stepKey : null,
    move.kind === 'next' ? Math.round(move.dueIn) : null,
  ]);
  return rows.length === 1;
}
