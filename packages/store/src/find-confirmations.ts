import {
  type DeviceId,
  type DurationMs,
  durationMs,
  type SequenceContactId,
  sequenceContactId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The confirmation of an opt-out: to be sent, or (`sending`) begun and nobody knows what became of it. */
export type Confirmation = Readonly<{
  sequenceContactId: SequenceContactId;
  cycle: number;
  state: 'ready' | 'sending';
  /** Made so far. */
  attempts: number;
  /** Since the opt-out was heard, by Postgres' clock. */
  age: DurationMs;
}>;

type Row = {
  sequence_contact_id: number;
  cycle: number;
  state: 'ready' | 'sending';
  attempts: number;
  age_ms: number;
};

/** The open confirmations of a device, the oldest first. */
export async function findConfirmations(
  db: Queryable,
  device: DeviceId,
): Promise<readonly Confirmation[]> {
  const rows = await db.run<Row>('find-confirmations', [device]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.sequence_contact_id),
    cycle: row.cycle,
    state: row.state,
    attempts: row.attempts,
    age: durationMs(row.age_ms),
  }));
}
