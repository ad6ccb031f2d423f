import type { DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type Pulse = Readonly<{
  /** Messages that the network accepted in the last minute. */
  sentLastMinute: number;
  /** Worker processes that live. */
  workers: number;
  /** Devices that those of them that stay may serve. */
  capacity: number;
}>;

type Row = { sent_last_minute: number; workers: number; capacity: number };

/** A heartbeat older than `steal` is a dead worker's. */
export async function readPulse(db: Queryable, steal: DurationMs): Promise<Pulse> {
  const [row] = await db.run<Row>('read-pulse', [steal]);
  return {
    sentLastMinute: row?.sent_last_minute ?? 0,
    workers: row?.workers ?? 0,
    capacity: row?.capacity ?? 0,
  };
}
