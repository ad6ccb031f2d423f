import { assertNever, type EpochMs, type PhoneNumber } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DeviceClaim } from './device-claim.ts';

export type PairingEnd =
  | Readonly<{ kind: 'paired'; phone: PhoneNumber }>
  | Readonly<{ kind: 'failed'; reason: string }>;

/**
 * `other_phone`, `phone_taken`: the device is registered for another number, or another device for this one; the request
 * has failed with that reason, and what was linked must not be used.
 */
export type ConcludeOutcome = 'concluded' | 'other_phone' | 'phone_taken' | 'fenced';

/** Ends a request: its challenge is gone, and a device without a number gets that of the phone. */
export async function concludePairing(
  db: Queryable,
  claim: DeviceClaim,
  { requestedAt, end }: { requestedAt: EpochMs; end: PairingEnd },
): Promise<ConcludeOutcome> {
  const [phone, reason] = phoneAndReason(end);
  const [row] = await db.run<{ outcome: ConcludeOutcome }>('conclude-pairing', [
    claim.deviceId,
    claim.worker,
    claim.epoch,
    new Date(requestedAt),
    phone,
    reason,
  ]);
  return row?.outcome ?? 'fenced';
}

function phoneAndReason(end: PairingEnd): [string | null, string | null] {
  switch (end.kind) {
    case 'paired':
      return [end.phone, null];
    case 'failed':
      return [null, end.reason];
    default:
      return assertNever(end);
  }
}
