import {
  type ContactId,
  type EpochMs,
  epochMs,
  type FailureClass,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  type StepKey,
} from '@dripfleet/domain';
import type { DeliveryState } from './count-deliveries.ts';
import type { RunStatus } from './count-sequence-contacts.ts';
import type { Queryable } from './database.ts';

/** One run of a contact through a sequence, and what was begun in it, oldest first. */
export type RunHistory = Readonly<{
  sequenceContactId: SequenceContactId;
  runNo: number;
  version: number;
  status: RunStatus;
  exitReason: string | undefined;
  enrolledAt: EpochMs;
  finishedAt: EpochMs | undefined;
  deliveries: readonly PastDelivery[];
}>;

export type PastDelivery = Readonly<{
  stepKey: StepKey;
  state: DeliveryState;
  /** Times that it was begun. */
  attempts: number;
  error: Readonly<{ class: FailureClass; code: string }> | undefined;
  lastAttemptAt: EpochMs;
  ackedAt: EpochMs | undefined;
  deliveredAt: EpochMs | undefined;
  readAt: EpochMs | undefined;
}>;

type Row = {
  id: number;
  run_no: number;
  version: number;
  status: RunStatus;
  exit_reason: string | null;
  enrolled_at: Date;
  finished_at: Date | null;
  step_key: StepKey | null;
  state: DeliveryState;
  attempts: number;
  error_class: FailureClass | null;
  error_code: string | null;
  last_attempt_at: Date;
  acked_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
};

/** The contact's runs through the sequence, the latest first, at most `limit` of them. */
export async function listRunDeliveries(
  db: Queryable,
  { sequenceId, contactId }: Readonly<{ sequenceId: SequenceId; contactId: ContactId }>,
  limit: number,
): Promise<readonly RunHistory[]> {
  const rows = await db.run<Row>('list-run-deliveries', [sequenceId, contactId, limit]);
  const ids = [...new Set(rows.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const lines = rows.filter((row) => row.id === id);
    return lines[0] ? [runHistory(lines[0], lines)] : [];
  });
}

function runHistory(row: Row, lines: readonly Row[]): RunHistory {
  return {
    sequenceContactId: sequenceContactId(row.id),
    runNo: row.run_no,
    version: row.version,
    status: row.status,
    exitReason: row.exit_reason ?? undefined,
    enrolledAt: epochMs(row.enrolled_at.getTime()),
    finishedAt: instant(row.finished_at),
    deliveries: lines.flatMap((line) =>
      line.step_key === null ? [] : [pastDelivery(line, line.step_key)],
    ),
  };
}

function pastDelivery(row: Row, stepKey: StepKey): PastDelivery {
  return {
    stepKey,
    state: row.state,
    attempts: row.attempts,
    error:
      row.error_class === null
        ? undefined
        : { class: row.error_class, code: row.error_code ?? 'unknown' },
    lastAttemptAt: epochMs(row.last_attempt_at.getTime()),
    ackedAt: instant(row.acked_at),
    deliveredAt: instant(row.delivered_at),
    readAt: instant(row.read_at),
  };
}

function instant(value: Date | null): EpochMs | undefined {
  return value ? epochMs(value.getTime()) : undefined;
}
