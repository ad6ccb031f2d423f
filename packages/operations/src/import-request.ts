import type { EnrollmentRequest } from './open-enrollment.ts';
import type { RejectedRow } from './rejected-csv.ts';

export type ImportRequest = EnrollmentRequest &
  Readonly<{
    /** A CSV file. */
    path: string;
    /** Who asks, for the audit. */
    actor: string;
    /** Called for each row that was not taken, in the order of the file; the import waits for it. */
    onRejected?: (row: RejectedRow, header: readonly string[]) => Promise<void> | void;
    /** Called after every 500 rows or fewer. */
    onProgress?: (progress: ImportProgress) => void;
    /** Stops between two batches; what is enrolled stays. */
    signal?: AbortSignal | undefined;
  }>;

export type ImportCounts = Readonly<{
  /** Without the header and blank lines; the sum of the others. */
  rows: number;
  enrolled: number;
  /** In the sequence now, or before and not to go through it again yet. */
  alreadyEnrolled: number;
  /** Accepted from the same file before. */
  repeated: number;
  rejected: number;
}>;

export type ImportProgress = ImportCounts &
  Readonly<{ bytes: number; totalBytes: number; totalRows: number }>;
