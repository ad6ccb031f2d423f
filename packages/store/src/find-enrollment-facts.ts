import {
  type ContactId,
  contactId,
  type DeviceId,
  deviceId,
  type EpochMs,
  epochMs,
  type LastRun,
  type PhoneNumber,
  type SequenceId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** One person, as far as an enrolment asks. */
export type EnrollmentSubject = Readonly<{
  phone: PhoneNumber;
  /** By `phoneHash` of the domain. */
  phoneHash: Uint8Array;
  /** Names the row of a file that asks; undefined when no file does. */
  importKey: string | undefined;
}>;

/** What decides whether a person may be enrolled in one sequence. */
export type EnrollmentFacts = Readonly<{
  /** Undefined when the number is nobody's yet. */
  contactId: ContactId | undefined;
  suppressed: boolean;
  /** The import key has been accepted before. */
  repeated: boolean;
  lastRun: (LastRun & Readonly<{ runNo: number }>) | undefined;
  /** The device of the contact's latest enrolment in any sequence. */
  heardFrom: DeviceId | undefined;
  /** Postgres' clock. */
  now: EpochMs;
}>;

type Row = {
  contact_id: number | null;
  suppressed: boolean;
  repeated: boolean;
  status: LastRun['status'] | null;
  finished_at_ms: number | null;
  run_no: number | null;
  device_id: number | null;
  now_ms: number;
};

/** The facts of each subject, in their order. Only those read after `lockContacts` stay true. */
export async function findEnrollmentFacts(
  db: Queryable,
  sequence: SequenceId,
  subjects: readonly EnrollmentSubject[],
): Promise<readonly EnrollmentFacts[]> {
  const rows = await db.run<Row>('find-enrollment-facts', [
    sequence,
    subjects.map(({ phone }) => phone),
    subjects.map(({ phoneHash }) => phoneHash),
    subjects.map(({ importKey }) => importKey ?? null),
  ]);
  return rows.map((row) => ({
    contactId: row.contact_id === null ? undefined : contactId(row.contact_id),
    suppressed: row.suppressed,
    repeated: row.repeated,
    lastRun: toLastRun(row),
    heardFrom: row.device_id === null ? undefined : deviceId(row.device_id),
    // Rounded up, so that a step planned from it is never due before its delay has passed.
    now: epochMs(Math.ceil(row.now_ms)),
  }));
}

function toLastRun({ status, finished_at_ms: finishedAt, run_no: runNo }: Row) {
  if (status === null || runNo === null) return undefined;
  return {
    status,
    runNo,
    finishedAt: finishedAt === null ? undefined : epochMs(Math.ceil(finishedAt)),
  };
}
