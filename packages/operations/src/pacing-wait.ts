import {
  addMs,
  type DeviceId,
  type DurationMs,
  durationMs,
  earliestSend,
  epochMs,
  longestWindow,
  type PacingPolicy,
  type Transmission,
  transmissionGuard,
} from '@dripfleet/domain';
import { findTransmissions, type Queryable } from '@dripfleet/store';

/**
 * How long until a device may begin its next message under `policy`; 0: now. Negative never.
 *
 * About right only: the gap is drawn per message by its worker, and here for none in particular.
 */
export async function pacingWait(
  db: Queryable,
  device: DeviceId,
  policy: PacingPolicy,
): Promise<DurationMs> {
  const reach = durationMs(longestWindow(policy) + transmissionGuard);
  const past = await findTransmissions(db, [{ deviceId: device, reach }]);
  const history = past.map(({ begun, acked }): Transmission => {
    // Ages by Postgres' clock; its now is instant 0 here.
    const at = epochMs(0 - begun);
    return { at, until: acked === undefined ? addMs(at, transmissionGuard) : epochMs(0 - acked) };
  });
  const inOrder = history.toSorted((one, other) => one.until - other.until);
  return durationMs(Math.max(0, Math.ceil(earliestSend(inOrder, policy, String(device)))));
}
