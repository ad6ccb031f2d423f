import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** A device that contacts can be enrolled on. */
export type EnrollmentDevice = Readonly<{
  id: DeviceId;
  name: string;
  /** Whether it may be chosen for a contact that names none: it has the labels and can be expected to send. */
  eligible: boolean;
  /** Runs it still has to write to. */
  contacts: number;
}>;

/** All devices by id; `labels` a device must have to be chosen by itself ({}: any). One scan of the active runs. */
export async function findEnrollmentDevices(
  db: Queryable,
  labels: Readonly<Record<string, string>>,
): Promise<readonly EnrollmentDevice[]> {
  const rows = await db.run<Omit<EnrollmentDevice, 'id'> & { id: number }>(
    'find-enrollment-devices',
    [labels],
  );
  return rows.map(({ id, name, eligible, contacts }) => {
    return { id: deviceId(id), name, eligible, contacts };
  });
}
