import type { Metrics } from '@dripfleet/runtime';
import { type Database, readFleetFigures } from '@dripfleet/store';

/** Sets the gauges that speak of the whole fleet, from Postgres. */
export async function reportFleet(db: Database, metrics: Metrics): Promise<void> {
  const { queueDepth, sessionStates, wanted } = await readFleetFigures(db);
  for (const [quantile, depth] of Object.entries(queueDepth)) {
    metrics.set('dripfleet_queue_depth', depth, { quantile });
  }
  for (const [state, count] of Object.entries(sessionStates)) {
    metrics.set('dripfleet_devices', count, { session_state: state });
  }
  metrics.set('dripfleet_devices_wanted', wanted);
}
