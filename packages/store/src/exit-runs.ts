import {
  type ContactId,
  type DeviceId,
  deviceId,
  type SequenceContactId,
  sequenceContactId,
  type SequenceId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type ExitedRun = Readonly<{ sequenceContactId: SequenceContactId; deviceId: DeviceId }>;

/** Ends a locked contact's runs that go on, in one sequence or (undefined) in all. What may have left is not touched. */
export async function exitRuns(
  tx: Queryable,
  contact: ContactId,
  { sequenceId, reason }: Readonly<{ sequenceId: SequenceId | undefined; reason: string }>,
): Promise<readonly ExitedRun[]> {
  const rows = await tx.run<{ id: number; device_id: number }>('exit-runs', [
    contact,
    sequenceId ?? null,
    reason,
  ]);
  return rows.map((row) => ({
    sequenceContactId: sequenceContactId(row.id),
    deviceId: deviceId(row.device_id),
  }));
}
