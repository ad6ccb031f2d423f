import { type DeviceId, type EpochMs, epochMs, type PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { PairingMethod } from './request-pairing.ts';

/** A request that stands. */
export type Pairing = Readonly<{
  method: PairingMethod;
  /** Names this request among those of its device. */
  requestedAt: EpochMs;
  expiresAt: EpochMs;
  /** The number that the device is registered for; always there when the method is `code`. */
  phone: PhoneNumber | undefined;
}>;

type Row = {
  method: PairingMethod;
  requested_at: Date;
  expires_at: Date;
  phone: PhoneNumber | null;
};

/** Undefined when nobody waits for this device: never asked for, concluded, cancelled, or expired. */
export async function findPairing(db: Queryable, device: DeviceId): Promise<Pairing | undefined> {
  const [row] = await db.run<Row>('find-pairing', [device]);
  return (
    row && {
      method: row.method,
      requestedAt: epochMs(row.requested_at.getTime()),
      expiresAt: epochMs(row.expires_at.getTime()),
      phone: row.phone ?? undefined,
    }
  );
}
