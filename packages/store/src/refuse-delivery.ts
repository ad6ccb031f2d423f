import type {
  DeviceId,
  Epoch,
  MessageId,
  SequenceContactId,
  StepKey,
  WorkerId,
} from '@dripfleet/domain';
import { type NotBegun, toNotBegun } from './begin-deliveries.ts';
import type { Queryable } from './database.ts';
import type { Move } from './finish-deliveries.ts';

export type RefusedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  dispatchSeq: number;
  stepKey: StepKey;
  deviceId: DeviceId;
  epoch: Epoch;
  messageId: MessageId;
  toJid: string;
  /** Why, without any of the contact's data. */
  errorCode: string;
  errorClass: 'content' | 'poison';
  move: Extract<Move, { kind: 'next' | 'exit' | 'complete' | 'hold' }>;
}>;

export type RefuseOutcome =
  /** The delivery has failed for its content, and its row has moved on. */
  | Readonly<{ kind: 'refused' }>
  /** What begin would have answered, with the row moved as begin moves it. */
  | NotBegun;

/** Fails a step whose content can't be made, if a message could have begun in its place. See refuse-delivery.sql. */
export async function refuseDelivery(
  db: Queryable,
  worker: WorkerId,
  refused: RefusedDelivery,
): Promise<RefuseOutcome> {
  const { move } = refused;
  const [row] = await db.run<{ outcome: string }>('refuse-delivery', [
    worker,
    refused.sequenceContactId,
    refused.dispatchSeq,
    refused.stepKey,
    refused.deviceId,
    refused.epoch,
    refused.messageId,
    refused.toJid,
    refused.errorCode,
    move.kind,
    move.kind === 'next' ? move.stepKey : null,
    move.kind === 'next' ? Math.round(move.dueIn) : null,
    refused.errorClass,
  ]);
  if (!row) throw new Error('refuse-delivery.sql answered with no outcome');
  return row.outcome === 'refused' ? { kind: 'refused' } : toNotBegun(row.outcome);
}
