import { type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type RecentDeliveries = Readonly<{
  /** Sent, failed or uncertain. */
  concluded: number;
  /** Failed or uncertain. */
  failed: number;
  /** From the last begin to finish; undefined when nothing was concluded. */
  average: DurationMs | undefined;
}>;

/** What was concluded within the last `window`. Reads only that much of the ledger. */
export async function measureRecentDeliveries(
  db: Queryable,
  window: DurationMs,
): Promise<RecentDeliveries> {
  const [row] = await db.run<{ concluded: number; failed: number; average_ms: number | null }>(
    'measure-recent-deliveries',
    [window],
  );
  const average = row?.average_ms ?? null;
  return {
    concluded: row?.concluded ?? 0,
    failed: row?.failed ?? 0,
    average: average === null ? undefined : durationMs(average),
  };
}
