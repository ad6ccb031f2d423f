import {
  type ContactId,
  type DeviceId,
  type EpochMs,
  messageId as messageIdOf,
  optOutKey,
  type PhoneNumber,
  userJid,
} from '@dripfleet/domain';
import {
  cancelReadyDeliveries,
  type Database,
  exitRepliedRuns,
  findConfirmationRun,
  insertConfirmation,
  insertInboundMessage,
  lockContacts,
  lockSuppressions,
  type Queryable,
} from '@dripfleet/store';
import { applySuppression } from './apply-suppression.ts';

export type HeardMessage = Readonly<{
  /** The device that it was written to. */
  deviceId: DeviceId;
  /** WhatsApp's. */
  messageId: string;
  from: PhoneNumber;
  kind: 'reply' | 'opt_out';
  /** When it was written. */
  at: EpochMs;
  /** What a contact who opted out is answered; undefined: nothing. */
  confirmation: string | undefined;
  /** The installation's. */
  secret: Uint8Array;
}>;

export type HearOutcome =
  /** It was heard before, and has done its work. */
  | Readonly<{ kind: 'repeated' }>
  /** `isConfirmed`: a confirmation waits to be sent by this device. */
  | Readonly<{ kind: 'opted_out'; isNew: boolean; runsExited: number; isConfirmed: boolean }>
  | Readonly<{ kind: 'replied'; runsExited: number }>;

/**
 * What a message of a contact does, in one transaction; once, however often it comes. An opt-out suppresses the number,
 * ends all runs and, if it is new and the contact was written to by this device, leaves a confirmation to be sent. A
 * reply ends the runs on this device that end on one. Nothing of its text is kept.
 *
 * Locks: suppressions (for an opt-out), contact, runs, deliveries. Throws `DatabaseError`; with `conflict` and
 * `unreachable`, the same again is safe.
 */
export async function hearMessage(db: Database, message: HeardMessage): Promise<HearOutcome> {
  return await db.transaction(async (tx) => {
    if (message.kind === 'opt_out') await lockSuppressions(tx);
    const [contactId] = await lockContacts(tx, [message.from]);
    if (!(await insertInboundMessage(tx, { ...message, contactId }))) return { kind: 'repeated' };
    return message.kind === 'opt_out'
      ? await optOut(tx, message)
      : await reply(tx, message, contactId);
  });
}

async function optOut(tx: Queryable, message: HeardMessage): Promise<HearOutcome> {
  const { deviceId, from, secret } = message;
  const { isNew, contactId, runsExited } = await applySuppression(tx, {
    phone: from,
    secret,
    reason: 'stop',
    actor: `device:${deviceId}`,
  });
  const isConfirmed = isNew && contactId !== undefined && (await confirm(tx, message, contactId));
  return { kind: 'opted_out', isNew, runsExited, isConfirmed };
}

/** False: there is nothing to confirm, or nobody to whom the device has written. */
async function confirm(
  tx: Queryable,
  { deviceId, from, confirmation, secret }: HeardMessage,
  contactId: ContactId,
): Promise<boolean> {
  if (confirmation === undefined) return false;
  const run = await findConfirmationRun(tx, contactId, deviceId);
  if (!run) return false;
  await insertConfirmation(tx, {
    ...run,
    contactId,
    deviceId,
    messageId: messageIdOf(secret, { ...run, stepKey: optOutKey }),
    toJid: userJid(from),
    body: confirmation,
  });
  return true;
}

async function reply(
  tx: Queryable,
  { deviceId, at }: HeardMessage,
  contactId: ContactId | undefined,
): Promise<HearOutcome> {
  if (contactId === undefined) return { kind: 'replied', runsExited: 0 };
  const runs = await exitRepliedRuns(tx, { contactId, deviceId, at });
  await cancelReadyDeliveries(tx, runs);
  return { kind: 'replied', runsExited: runs.length };
}
