import {
  type ContactId,
  contactId,
  type DeviceId,
  type EpochMs,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
  type StepKey,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** The edition that contacts are enrolled in, and its first step. */
export type Enrollment = Readonly<{ sequenceId: SequenceId; version: number; stepKey: StepKey }>;

export type NewRun = Readonly<{
  contactId: ContactId;
  /** Counts from 1, per sequence and contact. */
  runNo: number;
  deviceId: DeviceId;
  dueAt: EpochMs;
  importKey: string | undefined;
}>;

/** Enrolls contacts that are locked. Who is missing from the answer had a run, or came from a row accepted before. */
export async function insertSequenceContacts(
  tx: Queryable,
  { sequenceId, version, stepKey }: Enrollment,
  runs: readonly NewRun[],
): Promise<ReadonlyMap<ContactId, SequenceContactId>> {
  const rows = await tx.run<{ id: number; contact_id: number }>('insert-sequence-contacts', [
    sequenceId,
    version,
    stepKey,
    runs.map((run) => run.contactId),
    runs.map((run) => run.runNo),
    runs.map((run) => run.deviceId),
    runs.map((run) => run.dueAt),
    runs.map((run) => run.importKey ?? null),
  ]);
  return new Map(rows.map((row) => [contactId(row.contact_id), sequenceContactId(row.id)]));
}
