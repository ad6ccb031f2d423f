import {
  type ContactId,
  contactId,
  type DeviceId,
  deviceId,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  type StepKey,
} from '@dripfleet/domain';
import type { DeadLetterFilter } from './count-dead-letters.ts';
import type { Queryable } from './database.ts';

/** A message that nobody will send or settle but an operator. */
export type DeadLetter = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  deviceId: DeviceId;
  contactId: ContactId;
  sequenceId: SequenceId;
  version: number;
}>;

type Row = {
  sequence_contact_id: number;
  step_key: StepKey;
  device_id: number;
  contact_id: number;
  sequence_id: SequenceId;
  version: number;
};

/** In the order of their runs, at most `limit`. */
export async function findDeadLetters(
  db: Queryable,
  { state, errorCode, sequenceId }: DeadLetterFilter,
  limit: number,
): Promise<readonly DeadLetter[]> {
  const values = [state, errorCode ?? null, sequenceId ?? null, limit];
  const rows = await db.run<Row>('find-dead-letters', values);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.sequence_contact_id),
    stepKey: row.step_key,
    deviceId: deviceId(row.device_id),
    contactId: contactId(row.contact_id),
    sequenceId: row.sequence_id,
    version: row.version,
  }));
}
