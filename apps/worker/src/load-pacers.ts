import { type DeviceId, durationMs, longestWindow } from '@dripfleet/domain';
import type { PacedDevice, WorkerDeps } from './device-context.ts';
import { DevicePacer } from './device-pacer.ts';

/** A transmission counts from its answer, which comes later than it was begun: by the ack's timeout at most. */
const answerMax = 60_000;

/**
 * The pacers of devices, each with the transmissions of its longest window, whoever made them. After the claim, and
 * again when the pacing changes: a longer window needs an older history.
 */
export async function loadPacers(
  paced: readonly PacedDevice[],
  { store, clock }: Pick<WorkerDeps, 'store' | 'clock'>,
): Promise<ReadonlyMap<DeviceId, DevicePacer>> {
  const past = await store.findTransmissions(
    paced.map(({ device, policy }) => ({
      deviceId: device.deviceId,
      reach: durationMs(longestWindow(policy) + answerMax),
    })),
  );
  // After the answer, so that no transmission is taken for older than it is.
  const monotonic = clock.monotonic();
  const byDevice = new Map<DeviceId, (typeof past)[number][]>();
  for (const one of past) {
    const own = byDevice.get(one.deviceId);
    if (own) own.push(one);
    else byDevice.set(one.deviceId, [one]);
  }
  return new Map(
    paced.map(({ device: { deviceId }, policy }) => [
      deviceId,
      new DevicePacer(deviceId, policy, { past: byDevice.get(deviceId) ?? [], monotonic }),
    ]),
  );
}
