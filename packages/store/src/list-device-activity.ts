import { type DurationMs, durationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

/** What one device does at this moment. */
export type DeviceActivity = Readonly<{
  name: string;
  /** What is wanted of it; a pause that has run out counts as running. */
  state: DesiredState;
  session: DeviceSessionState;
  owner: Readonly<{ host: string; live: boolean }> | undefined;
  queued: number;
  sending: number;
  /** Rows that wait for an operator. */
  held: number;
  /** Rows whose time has come and that are not queued yet, and how long the oldest of them waits. */
  due: number;
  oldestDueAge: DurationMs | undefined;
  /** Concluded within the window. */
  sent: number;
  /** Failed or uncertain within the window. */
  failed: number;
}>;

type Row = {
  name: string;
  state: DesiredState;
  session_state: DeviceSessionState;
  owner_host: string | null;
  owner_live: boolean;
  queued: number;
  sending: number;
  held: number;
  sent: number;
  failed: number;
  due: number;
  oldest_due_age_ms: number | null;
};

/** Every device, by name. A heartbeat older than `steal` is that of a dead owner. */
export async function listDeviceActivity(
  db: Queryable,
  { steal, window }: Readonly<{ steal: DurationMs; window: DurationMs }>,
): Promise<readonly DeviceActivity[]> {
  const rows = await db.run<Row>('list-device-activity', [steal, window]);
  return rows.map(({ session_state, owner_host, owner_live, oldest_due_age_ms, ...row }) => ({
    ...row,
    session: session_state,
    owner: owner_host === null ? undefined : { host: owner_host, live: owner_live },
    oldestDueAge:
      oldest_due_age_ms === null ? undefined : durationMs(Math.round(oldest_due_age_ms)),
  }));
}
