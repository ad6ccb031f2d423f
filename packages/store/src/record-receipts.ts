import {
  type MessageId,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  type StepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type Receipt = Readonly<{ messageId: MessageId; kind: 'delivered' | 'read' }>;

/** A delivery that a receipt spoke of. */
export type ReceivedDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  messageId: MessageId;
  sequenceId: SequenceId;
  version: number;
  /** Not known to be accepted until now. */
  isOpen: boolean;
}>;

type Row = {
  sequence_contact_id: number;
  step_key: StepKey;
  message_id: MessageId;
  sequence_id: SequenceId;
  version: number;
  is_open: boolean;
};

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
    sequenceId: row.sequence_id,
    version: row.version,
    isOpen: row.is_open,
  }));
}
