import { type DeviceId, deviceId } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

export type ResumedDevice = Readonly<{
  deviceId: DeviceId;
  name: string;
  outcome: 'changed' | 'already';
  before: DesiredState;
  sessionState: DeviceSessionState;
  /** The network had refused the account; it may be used again. */
  restrictionLifted: boolean;
}>;

type Row = {
  id: number;
  name: string;
  outcome: ResumedDevice['outcome'];
  before: DesiredState;
  session_state: DeviceSessionState;
  restriction_lifted: boolean;
};

/** Lets at most 500 devices send again and notes who asked. */
export async function resumeDevices(
  db: Queryable,
  devices: readonly DeviceId[],
  { reason, actor }: { reason?: string | undefined; actor: string },
): Promise<readonly ResumedDevice[]> {
  const rows = await db.run<Row>('resume-devices', [devices, reason ?? null, actor]);
  return rows.map((row) => ({
    deviceId: deviceId(row.id),
    name: row.name,
    outcome: row.outcome,
    before: row.before,
    sessionState: row.session_state,
    restrictionLifted: row.restriction_lifted,
  }));
}
