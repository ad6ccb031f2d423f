import type { DeviceId, EpochMs } from '@dripfleet/domain';
import type { EnrollmentVerdict } from './judge-enrollment.ts';

/** What came of one person's enrolment. */
export type EnrollmentResult =
  | Readonly<{ kind: 'enrolled'; deviceId: DeviceId; dueAt: EpochMs }>
  | Exclude<EnrollmentVerdict, { kind: 'enroll' }>
  | Readonly<{ kind: 'unknown_device'; name: string }>
  | Readonly<{ kind: 'no_device' }>
  /** Postgres refused what is in this row. A bug of ours: it should have been found before. */
  | Readonly<{ kind: 'refused'; constraint: string | undefined }>;
