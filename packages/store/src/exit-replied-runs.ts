import {
  type ContactId,
  type DeviceId,
  type EpochMs,
  type SequenceContactId,
  sequenceContactId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Ends a locked contact's runs on a device that a reply, written at `at`, ends. What may have left is not touched. */
export async function exitRepliedRuns(
  tx: Queryable,
  { contactId, deviceId, at }: Readonly<{ contactId: ContactId; deviceId: DeviceId; at: EpochMs }>,
): Promise<readonly SequenceContactId[]> {
  const values = [contactId, deviceId, Math.round(at)];
  const rows = await tx.run<{ id: number }>('exit-replied-runs', values);
  return rows.map(({ id }) => sequenceContactId(id));
}
