import type { ContactId, DeviceId, MessageId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { ConfirmationRun } from './find-confirmation-run.ts';

export type NewConfirmation = ConfirmationRun &
  Readonly<{
    contactId: ContactId;
    deviceId: DeviceId;
    messageId: MessageId;
    toJid: string;
    body: string;
  }>;

/** Binds the confirmation of an opt-out to its message id; it has not left. */
export async function insertConfirmation(
  tx: Queryable,
  { sequenceContactId, cycle, contactId, deviceId, messageId, toJid, body }: NewConfirmation,
): Promise<void> {
  await tx.run('insert-confirmation', [
    sequenceContactId,
    cycle,
    contactId,
    deviceId,
    messageId,
    toJid,
    body,
  ]);
}
