import type { DurationMs } from '@dripfleet/domain';
import {
  type DeviceLine,
  listDevices,
  type Pulse,
  type Queryable,
  readPulse,
} from '@dripfleet/store';

/** The whole fleet as it is now, by name. */
export type FleetReading = Readonly<{ lines: readonly DeviceLine[]; pulse: Pulse }>;

const devicesMax = 20_000;

/** A heartbeat older than `steal` is a dead worker's. Throws `DatabaseError`. */
export async function readFleet(db: Queryable, steal: DurationMs): Promise<FleetReading> {
  const [lines, pulse] = await Promise.all([
    listDevices(db, {}, { steal, limit: devicesMax }),
    readPulse(db, steal),
  ]);
  return { lines, pulse };
}
