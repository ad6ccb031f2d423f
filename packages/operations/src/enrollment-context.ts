import type { ContactId, EpochMs, SequenceDefinition, SequenceId } from '@dripfleet/domain';
import type { Database, Queryable, SequenceStatus } from '@dripfleet/store';
import type { DeviceChooser } from './device-chooser.ts';
import type { EnrollmentResult } from './enrollment-result.ts';

/** What every enrolment of one command shares. */
export type EnrollmentContext = Readonly<{
  db: Database;
  sequence: Readonly<{
    id: SequenceId;
    name: string;
    status: SequenceStatus;
    version: number;
    definition: SequenceDefinition;
  }>;
  devices: DeviceChooser;
  /** Of the installation; keys the suppression hashes. */
  secret: Buffer;
  dryRun: boolean;
  /** Postgres' clock when this was opened. */
  now: EpochMs;
  /** Notes the command in the transaction that carries it out. */
  note?: (tx: Queryable, outcomes: readonly WrittenOutcome[]) => Promise<void>;
}>;

export type WrittenOutcome = Readonly<{
  /** Undefined for a suppressed number that is nobody's. */
  contactId: ContactId | undefined;
  result: EnrollmentResult;
}>;
