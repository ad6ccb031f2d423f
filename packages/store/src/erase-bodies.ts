import type { DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** How far one call of prune came. */
export type PruneStep = Readonly<{
  rows: number;
  /** Whether there is more to see to by now. */
  isBehind: boolean;
}>;

/** What one call of prune looks at. */
export type PruneRange = Readonly<{
  age: DurationMs;
  /** Rows at most. */
  limit: number;
  /** So much time at once, from where the last call stopped. */
  span: DurationMs;
}>;

/** Erases the texts of at most `limit` messages whose last attempt is older than `age`. Needs `lockPrune`. */
export async function eraseBodies(
  tx: Queryable,
  { age, limit, span }: PruneRange,
): Promise<PruneStep> {
  return toPruneStep(await tx.run<PruneRow>('erase-bodies', [age, limit, span]));
}

export type PruneRow = { rows: number; is_behind: boolean };

export function toPruneStep([row]: readonly PruneRow[]): PruneStep {
  return { rows: row?.rows ?? 0, isBehind: row?.is_behind ?? false };
}
