import type { MetricName, Metrics } from '@dripfleet/runtime';
import { type Database, readFleetFigures } from '@dripfleet/store';
import type { Observe } from './events.ts';

const fleetGauges: readonly MetricName[] = [
  'dripfleet_queue_depth',
  'dripfleet_devices',
  'dripfleet_devices_wanted',
];

/** Sets the gauges that speak of the whole fleet, from Postgres. They are missing while it doesn't answer. */
export async function reportFleet(
  db: Database,
  { metrics, observe }: { metrics: Metrics; observe: Observe },
): Promise<void> {
  const figures = await readFleetFigures(db).catch((error: unknown) => {
    observe({ kind: 'problem', where: 'report-fleet', error });
  });
  for (const gauge of fleetGauges) metrics.clear(gauge);
  if (!figures) return;
  for (const [quantile, depth] of Object.entries(figures.queueDepth)) {
    metrics.set('dripfleet_queue_depth', depth, { quantile });
  }
  for (const [state, count] of Object.entries(figures.sessionStates)) {
    metrics.set('dripfleet_devices', count, { session_state: state });
  }
  metrics.set('dripfleet_devices_wanted', figures.wanted);
}
