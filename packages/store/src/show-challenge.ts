import type { DurationMs, EpochMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DeviceClaim } from './device-claim.ts';

/** `gone`: the request was cancelled, replaced or has expired: stop pairing. */
export type ShowOutcome = 'shown' | 'gone' | 'fenced';

/** Shows a sealed challenge to the operator who made this request, for `ttl` and 60 s at most. */
export async function showChallenge(
  db: Queryable,
  claim: DeviceClaim,
  { requestedAt, challenge, ttl }: { requestedAt: EpochMs; challenge: Buffer; ttl: DurationMs },
): Promise<ShowOutcome> {
  const [row] = await db.run<{ outcome: ShowOutcome }>('show-challenge', [
    claim.deviceId,
    claim.worker,
    claim.epoch,
    new Date(requestedAt),
    challenge,
    Math.floor(ttl),
  ]);
  return row?.outcome ?? 'fenced';
}
