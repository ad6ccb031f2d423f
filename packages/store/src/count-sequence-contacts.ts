import { type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type RunStatus = 'active' | 'paused' | 'completed' | 'exited' | 'failed';

export type SequenceContactCounts = Readonly<{
  byStatus: Readonly<Partial<Record<RunStatus, number>>>;
  /** Rows that wait for an operator. */
  held: number;
  /** Active rows whose time has come and that are not queued yet. */
  due: number;
  /** How long the oldest of them waits; undefined when none is due. */
  oldestDueAge: DurationMs | undefined;
}>;

type Row = {
  by_status: SequenceContactCounts['byStatus'];
  held: number;
  due: number;
  oldest_due_age_ms: number | null;
};

/** One scan of the table: for an operator, not for a loop. */
export async function countSequenceContacts(db: Queryable): Promise<SequenceContactCounts> {
  const [row] = await db.run<Row>('count-sequence-contacts');
  const age = row?.oldest_due_age_ms ?? null;
  return {
    byStatus: row?.by_status ?? {},
    held: row?.held ?? 0,
    due: row?.due ?? 0,
    oldestDueAge: age === null ? undefined : durationMs(Math.round(age)),
  };
}
