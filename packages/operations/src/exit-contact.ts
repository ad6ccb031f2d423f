import type { DeviceId } from '@dripfleet/domain';
import {
  cancelReadyDeliveries,
  type Database,
  exitRuns,
  findSequence,
  insertOperatorActions,
  lockContacts,
} from '@dripfleet/store';
import { parsePhone } from './parse-phone.ts';
import { sequenceNotFound, type SequenceNotFound } from './sequence-not-found.ts';
import { invalidPhone, type InvalidPhone } from './invalid-phone.ts';

export type ExitRequest = Readonly<{
  sequence: string;
  phone: string;
  /** Who asks, for the audit. */
  actor: string;
}>;

export type ExitOutcome =
  /** The run has ended; a message that had begun may still arrive. */
  | Readonly<{ kind: 'exited'; deviceId: DeviceId }>
  /** The contact has no run that goes on. */
  | Readonly<{ kind: 'not_running' }>
  | Readonly<{ kind: 'not_found'; what: 'contact' }>
  | SequenceNotFound
  | InvalidPhone;

/** Ends a contact's run through one sequence. Throws `DatabaseError`. */
export async function exitContact(db: Database, request: ExitRequest): Promise<ExitOutcome> {
  const parsed = parsePhone(request.phone);
  if (parsed.kind === 'refused') return invalidPhone(parsed);
  return await db.transaction(async (tx) => {
    const sequence = await findSequence(tx, request.sequence);
    if (!sequence) return await sequenceNotFound(tx, request.sequence);
    const [contact] = await lockContacts(tx, [parsed.phone]);
    if (contact === undefined) return { kind: 'not_found', what: 'contact' };
    const target = { sequenceId: sequence.sequenceId, reason: 'operator' };
    const [run] = await exitRuns(tx, contact, target);
    if (!run) return { kind: 'not_running' };
    await cancelReadyDeliveries(tx, [run.sequenceContactId]);
    const action = { actor: request.actor, action: 'exit', detail: { sequence: sequence.name } };
    await insertOperatorActions(tx, action, [`contact:${contact}`]);
    return { kind: 'exited', deviceId: run.deviceId };
  });
}
