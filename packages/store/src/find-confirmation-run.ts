import {
  type ContactId,
  type DeviceId,
  type SequenceContactId,
  sequenceContactId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ConfirmationRun = Readonly<{ sequenceContactId: SequenceContactId; cycle: number }>;

/** Which run of a locked contact carries the confirmation of its opt-out; undefined: nothing was sent to it from there. */
export async function findConfirmationRun(
  tx: Queryable,
  contact: ContactId,
  device: DeviceId,
): Promise<ConfirmationRun | undefined> {
  const [row] = await tx.run<{ id: number; cycle: number }>('find-confirmation-run', [
    contact,
    device,
  ]);
  return row && { sequenceContactId: sequenceContactId(row.id), cycle: row.cycle };
}
