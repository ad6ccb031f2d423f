import {
  type DeviceId,
  type DurationMs,
  durationMs,
  type EpochMs,
  epochMs,
  type PhoneNumber,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { PairingMethod } from './request-pairing.ts';

/** An operator's last request for a device. */
export type PairingProgress = Readonly<{
  method: PairingMethod;
  requestedAt: EpochMs;
  expiresAt: EpochMs;
  state: 'requested' | 'waiting' | 'paired' | 'failed' | 'expired';
  /** Why it failed. */
  reason: string | undefined;
  phone: PhoneNumber | undefined;
  /** Sealed; only while it can be used. */
  challenge: Readonly<{ sealed: Buffer; validFor: DurationMs }> | undefined;
}>;

type Row = {
  method: PairingMethod;
  requested_at: Date;
  expires_at: Date;
  state: PairingProgress['state'];
  reason: string | null;
  phone: PhoneNumber | null;
  challenge: Buffer | null;
  challenge_ms: number | null;
};

/** Undefined when nobody ever asked. */
export async function findPairingProgress(
  db: Queryable,
  device: DeviceId,
): Promise<PairingProgress | undefined> {
  const [row] = await db.run<Row>('find-pairing-progress', [device]);
  if (!row) return undefined;
  const { challenge: sealed, challenge_ms: validFor } = row;
  return {
    method: row.method,
    requestedAt: epochMs(row.requested_at.getTime()),
    expiresAt: epochMs(row.expires_at.getTime()),
    state: row.state,
    reason: row.reason ?? undefined,
    phone: row.phone ?? undefined,
    challenge:
      sealed === null || validFor === null
        ? undefined
        : { sealed, validFor: durationMs(Math.max(1, Math.round(validFor))) },
  };
}
