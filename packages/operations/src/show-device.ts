import type { DurationMs, PacingPolicy } from '@dripfleet/domain';
import {
  type DeviceDetails,
  findDeviceDetails,
  listRowsInHand,
  type Queryable,
  type RowInHand,
} from '@dripfleet/store';
import { adviseDevice } from './advise-device.ts';
import { type DevicePacing, findPacing } from './find-pacing.ts';
import { resolveDevices } from './resolve-devices.ts';

/** One device as an operator looks at it. */
export type DeviceReport = Readonly<{
  details: DeviceDetails;
  pacing: DevicePacing;
  /** What its worker has in hand, the row due longest first. */
  inHand: readonly RowInHand[];
  /** What to do next, a sentence each. */
  advice: readonly string[];
}>;

/** How many of the rows in hand a report shows. */
const rowsShown = 10;

/**
 * Everything there is to say of one device. `defaults` is the environment's pacing, as far as the caller knows it.
 * Throws `DeviceError` `not_found`.
 */
export async function showDevice(
  db: Queryable,
  name: string,
  { defaults, steal }: { defaults: PacingPolicy; steal: DurationMs },
): Promise<DeviceReport> {
  const details = await findDeviceDetails(db, name, steal);
  if (!details) {
    await resolveDevices(db, { kind: 'names', names: [name] });
    throw new Error('unreachable: the name was refused above');
  }
  const pacing = await findPacing(db, details, defaults);
  const inHand = details.owner
    ? await listRowsInHand(db, details.owner.worker, {
        device: details.deviceId,
        limit: rowsShown,
      })
    : [];
  return { details, pacing, inHand, advice: adviseDevice(details, pacing) };
}
