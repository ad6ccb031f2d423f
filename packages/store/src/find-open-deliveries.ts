import {
  type DeviceId,
  type DurationMs,
  durationMs,
  type MessageId,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  type StepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** A delivery that was begun and whose fate nobody recorded. */
export type OpenDelivery = Readonly<{
  sequenceContactId: SequenceContactId;
  stepKey: StepKey;
  messageId: MessageId;
  toJid: string;
  /** Undefined once erased by age; then it can't be sent again. */
  body: string | undefined;
  attempt: number;
  /** Transmissions after the first. */
  resends: number;
  sequenceId: SequenceId;
  version: number;
  /** A receipt has come: it arrived. */
  delivered: boolean;
  /** Since the first intent, by Postgres' clock. */
  age: DurationMs;
  /** How many processes died with it in hand: see `judgeCrashes`. */
  crashCount: number;
}>;

type Row = {
  sequence_contact_id: number;
  step_key: StepKey;
  message_id: MessageId;
  to_jid: string;
  body: string | null;
  attempts: number;
  resends: number;
  sequence_id: SequenceId;
  version: number;
  delivered: boolean;
  age_ms: number;
  crash_count: number;
};

/** The open deliveries of one device, the oldest first. */
export async function findOpenDeliveries(
  db: Queryable,
  device: DeviceId,
): Promise<readonly OpenDelivery[]> {
  const rows = await db.run<Row>('find-open-deliveries', [device]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.sequence_contact_id),
    stepKey: row.step_key,
    messageId: row.message_id,
    toJid: row.to_jid,
    body: row.body ?? undefined,
    attempt: row.attempts,
    resends: row.resends,
    sequenceId: row.sequence_id,
    version: row.version,
    delivered: row.delivered,
    age: durationMs(row.age_ms),
    crashCount: row.crash_count,
  }));
}
