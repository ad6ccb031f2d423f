import type {
  DeviceId,
  DurationMs,
  Epoch,
  MessageId,
  SequenceContactId,
  WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ConfirmationRequest = Readonly<{
  sequenceContactId: SequenceContactId;
  cycle: number;
  deviceId: DeviceId;
  epoch: Epoch;
  /** `devices.pacing_version` of the pacing that let it through. */
  pacingVersion: number;
  /** An older one is cancelled. */
  ageMax: DurationMs;
}>;

export type ConfirmationOutcome =
  /** The intent is committed: transmit exactly this, and report it with this attempt number. */
  | Readonly<{ kind: 'begun'; messageId: MessageId; toJid: string; body: string; attempt: number }>
  /** It never leaves: the contact was let in again, or it would come too late. */
  | Readonly<{ kind: 'cancelled'; reason: 'revoked' | 'too_old' }>
  /** Somebody else has dealt with it. */
  | Readonly<{ kind: 'stale' }>
  /** Another worker owns the device: stop it. */
  | Readonly<{ kind: 'not_mine' }>
  /** The device may not send now, or not at this pace; it waits. */
  | Readonly<{ kind: 'device_not_running' | 'pacing_changed' }>
  /** Somebody else holds one of the rows at this moment: ask again. */
  | Readonly<{ kind: 'busy' }>;

type Row = {
  outcome: string;
  message_id: MessageId | null;
  to_jid: string | null;
  body: string | null;
  attempts: number | null;
};

/** Decides whether a confirmation may leave, and commits the intent. See begin-confirmation.sql. */
export async function beginConfirmation(
  db: Queryable,
  worker: WorkerId,
  request: ConfirmationRequest,
): Promise<ConfirmationOutcome> {
  const [row] = await db.run<Row>('begin-confirmation', [
    worker,
    request.sequenceContactId,
    request.cycle,
    request.deviceId,
    request.epoch,
    request.pacingVersion,
    request.ageMax,
  ]);
  if (!row) throw new Error('begin-confirmation.sql answered with no outcome');
  return toOutcome(row);
}

function toOutcome(row: Row): ConfirmationOutcome {
  switch (row.outcome) {
    case 'begun':
      return toBegun(row);
    case 'revoked':
    case 'too_old':
      return { kind: 'cancelled', reason: row.outcome };
    case 'stale':
    case 'not_mine':
    case 'device_not_running':
    case 'pacing_changed':
    case 'busy':
      return { kind: row.outcome };
    default:
      throw new Error(`unknown outcome ${row.outcome}`);
  }
}

function toBegun({
  message_id: messageId,
  to_jid: toJid,
  body,
  attempts,
}: Row): ConfirmationOutcome {
  if (messageId === null || toJid === null || body === null || attempts === null) {
    throw new Error('begin-confirmation.sql let a message begin without its delivery');
  }
  return { kind: 'begun', messageId, toJid, body, attempt: attempts };
}
