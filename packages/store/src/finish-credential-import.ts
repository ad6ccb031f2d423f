import type { DeviceId, PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Lets a device connect with the credentials it got; whoever owned it is fenced. Keeps a phone that is known. */
export async function finishCredentialImport(
  tx: Queryable,
  device: DeviceId,
  phone: PhoneNumber,
): Promise<void> {
  await tx.run('finish-credential-import', [device, phone]);
}
