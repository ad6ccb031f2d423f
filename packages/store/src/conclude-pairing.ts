import { assertNever, type EpochMs, type PhoneNumber } from '@dripfleet/domain';
import { DatabaseError } from './database-error.ts';
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

/**
 * Ends a request: its challenge is gone, and a device without a number gets that of the phone. Not for a transaction: it
 * tries again when another device gets the same number at the same time.
 */
export async function concludePairing(
  db: Queryable,
  claim: DeviceClaim,
  conclusion: Conclusion,
): Promise<ConcludeOutcome> {
  try {
    return await conclude(db, claim, conclusion);
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  // The other one has committed, so this time the statement sees it, and ends the request too.
  try {
    return await conclude(db, claim, conclusion);
  } catch (error) {
    if (isTaken(error)) return 'phone_taken';
    throw error;
  }
}

type Conclusion = Readonly<{ requestedAt: EpochMs; end: PairingEnd }>;

const isTaken = (error: unknown) =>
  error instanceof DatabaseError && error.constraint === 'devices_phone_key';

async function conclude(
  db: Queryable,
  claim: DeviceClaim,
  { requestedAt, end }: Conclusion,
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
