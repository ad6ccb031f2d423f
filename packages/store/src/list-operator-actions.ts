import { type EpochMs, epochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Who did what to what, and why. */
export type OperatorAction = Readonly<{
  id: number;
  at: EpochMs;
  actor: string;
  action: string;
  /** Such as `device:ana`. */
  object: string;
  reason: string | undefined;
  detail: Readonly<Record<string, unknown>>;
}>;

type Row = {
  id: number;
  at: Date;
  actor: string;
  action: string;
  object: string;
  reason: string | null;
  detail: Record<string, unknown>;
};

/** The audit, the latest first; `before` is the id of the last line that was read. */
export async function listOperatorActions(
  db: Queryable,
  {
    before,
    object,
    limit,
  }: Readonly<{ before?: number | undefined; object?: string | undefined; limit: number }>,
): Promise<readonly OperatorAction[]> {
  const rows = await db.run<Row>('list-operator-actions', [before ?? null, object ?? null, limit]);
  return rows.map(({ at, reason, ...row }) => ({
    ...row,
    at: epochMs(at.getTime()),
    reason: reason ?? undefined,
  }));
}
