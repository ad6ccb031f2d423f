import type { ContactId, DeviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type InboundRow = Readonly<{
  deviceId: DeviceId;
  /** WhatsApp's. */
  messageId: string;
  /** Undefined: the number is nobody's. */
  contactId: ContactId | undefined;
  kind: 'reply' | 'opt_out';
}>;

/** Remembers a message of a contact, never its text; false when it was heard before. */
export async function insertInboundMessage(tx: Queryable, row: InboundRow): Promise<boolean> {
  const { deviceId, messageId, contactId, kind } = row;
  const values = [deviceId, messageId, contactId ?? null, kind];
  return (await tx.run('insert-inbound-message', values)).length > 0;
}
