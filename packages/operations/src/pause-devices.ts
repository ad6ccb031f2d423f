import type { DurationMs } from '@dripfleet/domain';
import {
  findDeviceProgress,
  type PausedDevice,
  pauseDevices as writePause,
  type Queryable,
} from '@dripfleet/store';
import { inChunks } from './in-chunks.ts';
import { type DeviceSelector, resolveDevices } from './resolve-devices.ts';

/** Who asks for what devices, and why. */
export type ControlRequest = Readonly<{
  selector: DeviceSelector;
  reason?: string | undefined;
  actor: string;
  /** A heartbeat older than this is a dead owner's. */
  steal: DurationMs;
}>;

/** What a device still has in hand: messages in flight, and rows that wait in its queue. */
export type InHand = Readonly<{ inFlight: number; waiting: number }>;

/**
 * Keeps devices from beginning anything new, for `duration` by Postgres' clock or until resumed. What is in flight
 * finishes, the queue stays. Repeating it changes nothing. Throws `DeviceError` `not_found`.
 *
 * Holds as soon as it returns, whether or not the workers hear of it: *begin* asks the device's row.
 */
export async function pauseDevices(
  db: Queryable,
  request: ControlRequest & { duration?: DurationMs | undefined },
): Promise<readonly (PausedDevice & InHand)[]> {
  const { selector, duration, reason, actor, steal } = request;
  const devices = (await resolveDevices(db, selector)).map(({ deviceId }) => deviceId);
  const results: (PausedDevice & InHand)[] = [];
  for (const chunk of inChunks(devices)) {
    const paused = await writePause(db, chunk, { duration, reason, actor });
    // Asked after the change, so that nothing begins after it was counted.
    const progress = await findDeviceProgress(db, chunk, steal);
    const byId = new Map(progress.map((line) => [line.deviceId, line]));
    for (const device of paused) {
      const line = byId.get(device.deviceId);
      results.push({ ...device, inFlight: line?.sending ?? 0, waiting: line?.queued ?? 0 });
    }
  }
  return results;
}
