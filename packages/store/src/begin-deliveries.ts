import type {
  DeviceId,
  Epoch,
  MessageId,
  SequenceContactId,
  StepKey,
  WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** One message that a device worker asks to send. At most one row a device in a batch. */
export type BeginRow = Readonly<{
  sequenceContactId: SequenceContactId;
  /** The dispatch that its job carried, or `resend`: the row is `sending` and nobody knows whether it arrived. */
  dispatchSeq: number | 'resend';
  stepKey: StepKey;
  deviceId: DeviceId;
  epoch: Epoch;
  /** `devices.pacing_version` of the pacing that let it through. */
  pacingVersion: number;
  messageId: MessageId;
  toJid: string;
  body: string;
}>;

export type BeginOutcome =
  /** The intent is committed: transmit exactly this, and report it with this attempt number. */
  | Readonly<{ kind: 'begun'; messageId: MessageId; toJid: string; body: string; attempt: number }>
  /** The job is old: complete it. */
  | Readonly<{ kind: 'stale' }>
  /** Another worker owns the device: stop it. */
  | Readonly<{ kind: 'not_mine' }>
  /** Paused, draining or restricted: a fresh dispatch is idle again, a re-send waits. */
  | Readonly<{ kind: 'device_not_running' }>
  /** Not now: a fresh dispatch is idle again, a re-send waits. `new_contact`: WhatsApp keeps the device from them. */
  | Readonly<{ kind: 'later'; reason: 'sequence_paused' | 'pacing_changed' | 'new_contact' }>
  /** The run has ended, here or before. */
  | Readonly<{ kind: 'exited'; reason: 'suppressed' | 'no_consent' | 'ended' }>
  /** The delivery is final though the row was queued for it: finish moves the row on. */
  | Readonly<{ kind: 'already_final' }>
  /** Somebody else holds one of the rows at this moment: ask again. */
  | Readonly<{ kind: 'busy' }>;

export type NotBegun = Exclude<BeginOutcome, { kind: 'begun' }>;

type Row = {
  position: number;
  outcome: string;
  message_id: string | null;
  to_jid: string | null;
  body: string | null;
  attempts: number | null;
};

/** Decides for all `rows` in one statement; the outcomes are in the order of the rows. See begin-deliveries.sql. */
export async function beginDeliveries(
  db: Queryable,
  worker: WorkerId,
  rows: readonly BeginRow[],
): Promise<readonly BeginOutcome[]> {
  const answers = await db.run<Row>('begin-deliveries', [
    worker,
    rows.map((row) => row.sequenceContactId),
    rows.map((row) => (row.dispatchSeq === 'resend' ? null : row.dispatchSeq)),
    rows.map((row) => row.stepKey),
    rows.map((row) => row.deviceId),
    rows.map((row) => row.epoch),
    rows.map((row) => row.pacingVersion),
    rows.map((row) => row.messageId),
    rows.map((row) => row.toJid),
    rows.map((row) => row.body),
  ]);
  return answers.map(toOutcome);
}

function toOutcome(row: Row): BeginOutcome {
  return row.outcome === 'begun' ? toBegun(row) : toNotBegun(row.outcome);
}

/** The outcome of a decision, by begin or by refuse, that let nothing happen. */
export function toNotBegun(outcome: string): NotBegun {
  switch (outcome) {
    case 'stale':
    case 'not_mine':
    case 'device_not_running':
    case 'already_final':
    case 'busy':
      return { kind: outcome };
    case 'sequence_paused':
    case 'pacing_changed':
    case 'new_contact':
      return { kind: 'later', reason: outcome };
    case 'suppressed':
    case 'no_consent':
    case 'ended':
      return { kind: 'exited', reason: outcome };
    default:
      throw new Error(`unknown outcome ${outcome}`);
  }
}

function toBegun(row: Row): BeginOutcome {
  const { message_id: messageId, to_jid: toJid, body, attempts } = row;
  if (messageId === null || toJid === null || body === null || attempts === null) {
    throw new Error('begin-deliveries.sql let a message begin without its delivery');
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
  return { kind: 'begun', messageId: messageId as MessageId, toJid, body, attempt: attempts };
}
