import {
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type EpochMs,
  epochMs,
  type PhoneNumber,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import type { DeviceFilter } from './match-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

/** How the session of a device is. */
export type DeviceSession = Readonly<{
  state: DeviceSessionState;
  /** Why, for people. */
  reason: string | undefined;
  since: EpochMs;
  /** Of a restricted one: whom it may not write to; undefined with `restricted`: anybody. */
  restriction: 'everybody' | 'new_contacts' | undefined;
  /** Undefined with `restricted`: until an operator resumes it. */
  restrictedUntil: EpochMs | undefined;
}>;

/** One line of the fleet. */
export type DeviceLine = Readonly<{
  deviceId: DeviceId;
  name: string;
  phone: PhoneNumber | undefined;
  labels: Readonly<Record<string, string>>;
  /** What is wanted of it; a pause that has run out counts as running. */
  state: DesiredState;
  reason: string | undefined;
  pausedUntil: EpochMs | undefined;
  session: DeviceSession;
  pacing: unknown;
  owner:
    | Readonly<{ worker: WorkerId; host: string; heartbeatAge: DurationMs; live: boolean }>
    | undefined;
  queued: number;
  sending: number;
}>;

type Row = {
  id: number;
  name: string;
  phone: PhoneNumber | null;
  labels: Record<string, string>;
  state: DesiredState;
  desired_reason: string | null;
  paused_until: Date | null;
  session_state: DeviceSessionState;
  state_reason: string | null;
  state_since: Date;
  restriction: 'everybody' | 'new_contacts' | null;
  restricted_until: Date | null;
  pacing: unknown;
  owner_worker: WorkerId | null;
  owner_host: string | null;
  heartbeat_age_ms: number | null;
  owner_live: boolean;
  queued: number;
  sending: number;
};

/** The devices that match, by name. A heartbeat older than `steal` is that of a dead owner. */
export async function listDevices(
  db: Queryable,
  filter: DeviceFilter,
  { steal, limit }: { steal: DurationMs; limit: number },
): Promise<readonly DeviceLine[]> {
  const rows = await db.run<Row>('list-devices', [
    filter.names ?? null,
    filter.labels ?? {},
    filter.state ?? null,
    filter.session ?? null,
    steal,
    limit,
  ]);
  return rows.map(deviceLine);
}

/** From the columns that every look at a device selects. */
export function deviceSession(
  row: Pick<
    Row,
    'session_state' | 'state_reason' | 'state_since' | 'restriction' | 'restricted_until'
  >,
): DeviceSession {
  return {
    state: row.session_state,
    reason: row.state_reason ?? undefined,
    since: epochMs(row.state_since.getTime()),
    restriction: row.restriction ?? undefined,
    restrictedUntil: row.restricted_until ? epochMs(row.restricted_until.getTime()) : undefined,
  };
}

function deviceLine(row: Row): DeviceLine {
  return {
    deviceId: deviceId(row.id),
    name: row.name,
    phone: row.phone ?? undefined,
    labels: row.labels,
    state: row.state,
    reason: row.desired_reason ?? undefined,
    pausedUntil: row.paused_until ? epochMs(row.paused_until.getTime()) : undefined,
    session: deviceSession(row),
    pacing: row.pacing,
    owner:
      row.owner_worker === null || row.owner_host === null
        ? undefined
        : {
            worker: row.owner_worker,
            host: row.owner_host,
            heartbeatAge: durationMs(row.heartbeat_age_ms ?? 0),
            live: row.owner_live,
          },
    queued: row.queued,
    sending: row.sending,
  };
}
