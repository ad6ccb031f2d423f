import type { DeviceId, DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** `new_contacts`: those the device has reached before go on. */
export type Restriction = Readonly<{
  towards: 'everybody' | 'new_contacts';
  reason: string;
  /** From now; undefined: until an operator resumes the device. */
  duration: DurationMs | undefined;
}>;

/** Records that the network restricted the account of a device. */
export async function restrictDevice(
  db: Queryable,
  device: DeviceId,
  { towards, reason, duration }: Restriction,
): Promise<void> {
  await db.run('restrict-device', [device, reason, towards, duration ?? null]);
}
