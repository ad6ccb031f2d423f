import type { DurationMs } from '@dripfleet/domain';
import type { Queryable } from './database.ts';
import type { DesiredState } from './find-owned-devices.ts';
import type { DeviceSessionState } from './set-session-state.ts';

export type FleetCounts = Readonly<{
  devices: number;
  /** Device workers running: devices with a live owner. */
  activeWorkers: number;
  /** Worker processes with a live heartbeat. */
  workerProcesses: number;
  byState: Readonly<Partial<Record<DesiredState, number>>>;
  bySessionState: Readonly<Partial<Record<DeviceSessionState, number>>>;
}>;

type Row = {
  devices: number;
  active_workers: number;
  worker_processes: number;
  by_state: FleetCounts['byState'];
  by_session_state: FleetCounts['bySessionState'];
};

/** A heartbeat older than `steal` is that of a dead worker. */
export async function countFleet(db: Queryable, steal: DurationMs): Promise<FleetCounts> {
  const [row] = await db.run<Row>('count-fleet', [steal]);
  return {
    devices: row?.devices ?? 0,
    activeWorkers: row?.active_workers ?? 0,
    workerProcesses: row?.worker_processes ?? 0,
    byState: row?.by_state ?? {},
    bySessionState: row?.by_session_state ?? {},
  };
}
