import { type DeviceId, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type PairingMethod = 'qr' | 'code';

/** Asks for a device to be linked. In a transaction that holds the device's row. */
export async function requestPairing(
  tx: Queryable,
  device: DeviceId,
  { method, actor, validFor }: { method: PairingMethod; actor: string; validFor: DurationMs },
): Promise<Readonly<{ requestedAt: EpochMs; expiresAt: EpochMs }>> {
  const [row] = await tx.run<{ requested_at: Date; expires_at: Date }>('request-pairing', [
    device,
    method,
    actor,
    validFor,
  ]);
  if (!row) throw new Error('request-pairing.sql answers with one row');
  return {
    requestedAt: epochMs(row.requested_at.getTime()),
    expiresAt: epochMs(row.expires_at.getTime()),
  };
}
