import type { DeviceId, Epoch, WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

/** Records what a device's session does; ignored when the caller does not own the device. */
export async function setSessionState(
  db: Queryable,
  claim: Readonly<{ deviceId: DeviceId; worker: WorkerId; epoch: Epoch }>,
  { state, reason }: SessionReport,
): Promise<void> {
  await db.run('set-session-state', [
    claim.deviceId,
    claim.worker,
    claim.epoch,
    state,
    reason ?? null,
  ]);
}

/** What a worker may say of a session. A restriction is written by `restrictDevice`. */
export type SessionState =
  | 'closed'
  | 'connecting'
  | 'open'
  | 'unreachable'
  | 'unpaired'
  | 'pairing'
  | 'logged_out'
  | 'banned'
  | 'conflict'
  | 'quarantined';

/** Every state that the session column may hold. */
export type DeviceSessionState = SessionState | 'restricted';

export type SessionReport = Readonly<{
  state: SessionState;
  reason?: string | undefined;
}>;
