import { type DurationMs, durationMs } from '@dripfleet/domain';
import {
  countFleet,
  type DeviceActivity,
  type FleetCounts,
  listDeviceActivity,
  measureRecentDeliveries,
  type Queryable,
} from '@dripfleet/store';

/** The fleet at work, at this instant. */
export type Activity = Readonly<{
  fleet: FleetCounts;
  backlog: Readonly<{
    queued: number;
    sending: number;
    /** Rows whose time has come and that are not queued yet. */
    due: number;
    oldestDueAge: DurationMs | undefined;
    /** Rows that wait for an operator. */
    held: number;
  }>;
  lastMinute: Readonly<{ sent: number; failed: number }>;
  /** Failed and uncertain of those concluded, last 15 min, 0 to 1; undefined when nothing was concluded. */
  errorRate: number | undefined;
  /** Begin to finish, pacing excluded, last 15 min; undefined when nothing was concluded. */
  averageProcess: DurationMs | undefined;
  /** Every device, by name; `sent` and `failed` are of the last minute. */
  devices: readonly DeviceActivity[];
}>;

const minute = durationMs(60_000);
const recent = durationMs(15 * 60_000);

/**
 * What the fleet does, all from Postgres and through its indexes: cheap enough to ask every few seconds, unlike `readStats`.
 * A heartbeat older than `steal` is a dead worker's. Throws `DatabaseError`.
 */
export async function readActivity(db: Queryable, steal: DurationMs): Promise<Activity> {
  const [fleet, devices, recently] = await Promise.all([
    countFleet(db, steal),
    listDeviceActivity(db, { steal, window: minute }),
    measureRecentDeliveries(db, recent),
  ]);
  const sum = (count: (device: DeviceActivity) => number) =>
    devices.reduce((total, device) => total + count(device), 0);
  const ages = devices.flatMap(({ oldestDueAge }) => oldestDueAge ?? []);
  return {
    fleet,
    backlog: {
      queued: sum(({ queued }) => queued),
      sending: sum(({ sending }) => sending),
      due: sum(({ due }) => due),
      oldestDueAge: ages.length === 0 ? undefined : durationMs(Math.max(...ages)),
      held: sum(({ held }) => held),
    },
    lastMinute: { sent: sum(({ sent }) => sent), failed: sum(({ failed }) => failed) },
    errorRate: recently.concluded > 0 ? recently.failed / recently.concluded : undefined,
    averageProcess: recently.average,
    devices,
  };
}
