import type { DurationMs } from '@dripfleet/domain';
import {
  type DesiredState,
  type DeviceLine,
  type DeviceSessionState,
  listDevices as readDevices,
  type Queryable,
} from '@dripfleet/store';
import { type DeviceSelector, filterOf, resolveDevices } from './resolve-devices.ts';

/** The most devices that one answer lists. */
const linesMax = 10_000;

export type ListDevicesRequest = Readonly<{
  selector: DeviceSelector;
  state?: DesiredState | undefined;
  session?: DeviceSessionState | undefined;
  /** A heartbeat older than this is a dead owner's. */
  steal: DurationMs;
}>;

/** The devices of a selector that are in the given states, by name. Throws `DeviceError` `not_found` for unknown names. */
export async function listDevices(
  db: Queryable,
  { selector, state, session, steal }: ListDevicesRequest,
): Promise<readonly DeviceLine[]> {
  if (selector.kind === 'names') await resolveDevices(db, selector);
  const wanted = filterOf(selector);
  const filter = { ...wanted, state: state ?? wanted.state, session: session ?? wanted.session };
  return await readDevices(db, filter, { steal, limit: linesMax });
}
