import { closestNames } from '@dripfleet/domain';
import type { DeviceId, EpochMs } from '@dripfleet/domain';
import { type Database, insertOperatorActions } from '@dripfleet/store';
import { checkPerson, type PersonInput, type PersonProblem } from './check-person.ts';
import { enrollPeople } from './enroll-people.ts';
import type { EnrollmentContext } from './enrollment-context.ts';
import type { EnrollmentResult } from './enrollment-result.ts';
import {
  type EnrollmentRequest,
  openEnrollment,
  type OpenedEnrollment,
} from './open-enrollment.ts';

export type EnrollRequest = EnrollmentRequest &
  Readonly<{
    contact: PersonInput;
    /** Who asks, for the audit. */
    actor: string;
  }>;

export type EnrollOutcome =
  /** The first step is due at `dueAt`; nudge the scheduler for the device. */
  | Readonly<{ kind: 'enrolled'; deviceId: DeviceId; device: string; dueAt: EpochMs }>
  | Exclude<EnrollmentResult, { kind: 'enrolled' | 'unknown_device' | 'repeated' }>
  | Readonly<{ kind: 'not_found'; what: 'device'; name: string; near: readonly string[] }>
  /** Something given is not valid; nothing was done. */
  | Readonly<{ kind: 'invalid'; problem: PersonProblem }>
  | Exclude<OpenedEnrollment, { kind: 'opened' }>;

/**
 * Enrolls one contact, by the rule of an import. What is given of a contact that cannot be enrolled now is kept all
 * the same. A dry run answers the same and changes nothing. Throws `DatabaseError`.
 */
export async function enrollContact(db: Database, request: EnrollRequest): Promise<EnrollOutcome> {
  const opened = await openEnrollment(db, request);
  if (opened.kind !== 'opened') return opened;
  const context = audited(opened.context, request.actor);
  const checked = checkPerson(request.contact, context.now);
  if (checked.kind === 'rejected') return { kind: 'invalid', problem: checked.problem };
  const [result] = await enrollPeople(context, [{ ...checked.person, importKey: undefined }]);
  if (!result || result.kind === 'repeated')
    throw new Error('an enrolment without a file repeats none');
  if (result.kind === 'unknown_device') {
    const near = closestNames(result.name, context.devices.names);
    return { kind: 'not_found', what: 'device', name: result.name, near };
  }
  if (result.kind !== 'enrolled') return result;
  return { ...result, device: context.devices.nameOf(result.deviceId) };
}

function audited(context: EnrollmentContext, actor: string): EnrollmentContext {
  return {
    ...context,
    note: async (tx, outcomes) => {
      for (const { contactId, result } of outcomes) {
        if (contactId === undefined) continue;
        const detail = { sequence: context.sequence.name, outcome: result.kind };
        await insertOperatorActions(tx, { actor, action: 'enroll', detail }, [
          `contact:${contactId}`,
        ]);
      }
    },
  };
}
