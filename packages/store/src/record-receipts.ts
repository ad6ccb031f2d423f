import {
  type MessageId,
  type SequenceContactId,
  sequenceContactId,
  type StepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type Receipt = Readonly<{ messageId: MessageId; kind: 'delivered' | 'read' }>;

/** A delivery that a receipt spoke of, with its state before. */
export type ReceivedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  messageId: MessageId;
  state: string;
}>;

type Row = { sequence_contact_id: number; step_key: StepKey; message_id: MessageId; state: string };

/** Stores receipts; ids that are not ours are ignored. Returns the deliveries found, in no order. */
export async function recordReceipts(
  db: Queryable,
  receipts: readonly Receipt[],
): Promise<readonly ReceivedDelivery[]> {
  const rows = await db.run<Row>('record-receipts', [
    receipts.map(({ messageId }) => messageId),
    receipts.map(({ kind }) => kind),
  ]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.sequence_contact_id),
    stepKey: row.step_key,
    messageId: row.message_id,
    state: row.state,
  }));
}
