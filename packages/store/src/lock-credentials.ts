import type { Queryable } from './database.ts';
import type { DeviceClaim } from './device-claim.ts';

/** Keeps every writer of the device's credentials away until the transaction ends; false when the claim is over. */
export async function lockCredentials(tx: Queryable, claim: DeviceClaim): Promise<boolean> {
  const rows = await tx.run('lock-credentials', [claim.deviceId, claim.worker, claim.epoch]);
  return rows.length > 0;
}
