import {
  type DeviceId,
  type MessageId,
  type SequenceId,
  sequenceId,
  type StepKey,
  stepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** A message as it left. */
export type StoredMessage = Readonly<{
  toJid: string;
  body: string;
  stepKey: StepKey;
  sequenceId: SequenceId;
  version: number;
}>;

type Row = {
  to_jid: string;
  body: string;
  step_key: string;
  sequence_id: number;
  version: number;
};

/** Undefined: never sent by this device, too old, or erased. */
export async function findMessage(
  db: Queryable,
  device: DeviceId,
  id: MessageId,
): Promise<StoredMessage | undefined> {
  const [row] = await db.run<Row>('find-message', [device, id]);
  return (
    row && {
      toJid: row.to_jid,
      body: row.body,
      stepKey: stepKey(row.step_key),
      sequenceId: sequenceId(row.sequence_id),
      version: row.version,
    }
  );
}
