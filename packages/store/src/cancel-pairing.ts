import type { DeviceId, EpochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Withdraws a request; false when it had ended or was replaced. */
export async function cancelPairing(
  db: Queryable,
  device: DeviceId,
  requestedAt: EpochMs,
): Promise<boolean> {
  return (await db.run('cancel-pairing', [device, new Date(requestedAt)])).length > 0;
}
