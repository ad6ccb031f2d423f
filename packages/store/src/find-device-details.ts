import {
  type DeviceId,
  deviceId,
  type DurationMs,
  durationMs,
  type Epoch,
  epoch,
  type EpochMs,
  epochMs,
  type PhoneNumber,
  type WorkerId,
} from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import { type DeviceSession, deviceSession } from './list-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

/** Everything Postgres knows of one device. */
export type DeviceDetails = Readonly<{
  deviceId: DeviceId;
  name: string;
  phone: PhoneNumber | undefined;
  labels: Readonly<Record<string, string>>;
  engine: string;
  createdAt: EpochMs;
  /** What is wanted of it; a pause that has run out counts as running. */
  state: DesiredState;
  reason: string | undefined;
  pausedUntil: EpochMs | undefined;
  session: DeviceSession;
  maySend: boolean;
  pacing: unknown;
  pacingVersion: number;
  epoch: Epoch;
  owner: DeviceOwner | undefined;
  /** Rows by what is done with them; `waiting` are all idle rows, `due` those of them whose time has come. */
  rows: Readonly<{ queued: number; sending: number; held: number; waiting: number; due: number }>;
  nextDueAt: EpochMs | undefined;
  sentLastHour: number;
}>;

/** `host` and `heartbeatAge` are unknown when the worker is no longer registered. */
export type DeviceOwner = Readonly<{
  worker: WorkerId;
  host: string | undefined;
  heartbeatAge: DurationMs | undefined;
  live: boolean;
  since: EpochMs | undefined;
}>;

type Row = {
  id: number;
  name: string;
  phone: PhoneNumber | null;
  labels: Record<string, string>;
  engine: string;
  created_at: Date;
  state: DesiredState;
  desired_reason: string | null;
  paused_until: Date | null;
  session_state: DeviceSessionState;
  state_reason: string | null;
  state_since: Date;
  restriction: 'everybody' | 'new_contacts' | null;
  restricted_until: Date | null;
  may_send: boolean;
  pacing: unknown;
  pacing_version: number;
  owner_worker_id: WorkerId | null;
  owner_epoch: number;
  owner_claimed_at: Date | null;
  owner_host: string | null;
  heartbeat_age_ms: number | null;
  owner_live: boolean;
  queued: number;
  sending: number;
  held: number;
  waiting: number;
  due: number;
  next_due_at: Date | null;
  sent_last_hour: number;
};

/** The device of this name; undefined when there is none. A heartbeat older than `steal` is that of a dead owner. */
export async function findDeviceDetails(
  db: Queryable,
  name: string,
  steal: DurationMs,
): Promise<DeviceDetails | undefined> {
  const [row] = await db.run<Row>('find-device-details', [name, steal]);
  return row && deviceDetails(row);
}

function deviceDetails(row: Row): DeviceDetails {
  return {
    deviceId: deviceId(row.id),
    name: row.name,
    phone: row.phone ?? undefined,
    labels: row.labels,
    engine: row.engine,
    createdAt: epochMs(row.created_at.getTime()),
    state: row.state,
    reason: row.desired_reason ?? undefined,
    pausedUntil: row.state === 'paused' ? instant(row.paused_until) : undefined,
    session: deviceSession(row),
    maySend: row.may_send,
    pacing: row.pacing,
    pacingVersion: row.pacing_version,
    epoch: epoch(row.owner_epoch),
    owner: deviceOwner(row),
    rows: {
      queued: row.queued,
      sending: row.sending,
      held: row.held,
      waiting: row.waiting,
      due: row.due,
    },
    nextDueAt: instant(row.next_due_at),
    sentLastHour: row.sent_last_hour,
  };
}

function deviceOwner(row: Row): DeviceOwner | undefined {
  if (row.owner_worker_id === null) return undefined;
  return {
    worker: row.owner_worker_id,
    host: row.owner_host ?? undefined,
    heartbeatAge: row.heartbeat_age_ms === null ? undefined : durationMs(row.heartbeat_age_ms),
    live: row.owner_live,
    since: instant(row.owner_claimed_at),
  };
}

function instant(value: Date | null): EpochMs | undefined {
  return value ? epochMs(value.getTime()) : undefined;
}
