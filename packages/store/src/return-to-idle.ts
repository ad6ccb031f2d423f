import { type DeviceId, deviceId, sequenceContactId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { Dispatch } from './select-due.ts';

/** A row in a device's queue, by the dispatch that put it there. */
export type QueuedRow = Omit<Dispatch, 'stepKey'>;

export type QueuedRowColumns = { id: number; device_id: number; dispatch_seq: number };

export function toQueuedRow(row: QueuedRowColumns): QueuedRow {
  return {
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
    dispatchSeq: row.dispatch_seq,
  };
}

/** What became of the process that had the rows in hand; a row that its processes die of is no longer sent: see return-to-idle.sql. */
export type HandFate = 'survived' | 'crashed' | 'unknown';

/** Puts queued rows back, each only if that dispatch still stands. Returns the devices that got room. */
export async function returnToIdle(
  db: Queryable,
  rows: readonly QueuedRow[],
  fate: HandFate,
): Promise<readonly DeviceId[]> {
  if (rows.length === 0) return [];
  const returned = await db.run<{ device_id: number }>('return-to-idle', [
    rows.map((row) => row.sequenceContactId),
    rows.map((row) => row.dispatchSeq),
    fate,
  ]);
  return [...new Set(returned.map((row) => deviceId(row.device_id)))];
}
