import type { DeviceId, Epoch, WorkerId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';

export type SessionState = 'closed' | 'connecting' | 'open' | 'unreachable';

/** Records what a device's session does; ignored when the caller does not own the device. */
export async function setSessionState(
  db: Queryable,
  claim: Readonly<{ deviceId: DeviceId; worker: WorkerId; epoch: Epoch }>,
  { state, reason }: { state: SessionState; reason?: string | undefined },
): Promise<void> {
  await db.run('set-session-state', [
    claim.deviceId,
    claim.worker,
    claim.epoch,
    state,
    reason ?? null,
  ]);
}
