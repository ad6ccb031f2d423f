import { assertNever, decideReenroll, type EpochMs, type Reenroll } from '@dripfleet/domain';
import type { EnrollmentFacts } from '@dripfleet/store';

/** Whether a person may be enrolled in a sequence now, and why not. */
export type EnrollmentVerdict =
  | Readonly<{ kind: 'enroll' }>
  /** There is a run that goes on. */
  | Readonly<{ kind: 'already_enrolled' }>
  /** There was a run, and the sequence's `reenroll` keeps the person out: until then, or for good (undefined). */
  | Readonly<{ kind: 'not_again'; until: EpochMs | undefined }>
  /** This row of this file was accepted before. */
  | Readonly<{ kind: 'repeated' }>
  | Readonly<{ kind: 'suppressed' }>;

/** The one enrolment rule: for files, single contacts and dry runs alike. Suppression goes first: it says the most. */
export function judgeEnrollment(facts: EnrollmentFacts, reenroll: Reenroll): EnrollmentVerdict {
  if (facts.suppressed) return { kind: 'suppressed' };
  if (facts.repeated) return { kind: 'repeated' };
  const decision = decideReenroll(reenroll, facts.lastRun, facts.now);
  switch (decision.kind) {
    case 'allowed':
      return { kind: 'enroll' };
    case 'running':
      return { kind: 'already_enrolled' };
    case 'never':
      return { kind: 'not_again', until: undefined };
    case 'later':
      return { kind: 'not_again', until: decision.at };
    default:
      return assertNever(decision);
  }
}
