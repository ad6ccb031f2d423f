import type { DeviceId } from '@dripfleet/domain';
import {
  type Database,
  type DrainedDevice,
  drainDevices as writeDrain,
  findDeviceProgress,
} from '@dripfleet/store';
import { finishUnowned } from './finish-unowned.ts';
import { inChunks } from './in-chunks.ts';
import type { ControlRequest, InHand } from './pause-devices.ts';
import { resolveDevices } from './resolve-devices.ts';

export type DrainResult = DrainedDevice &
  InHand &
  Readonly<{
    /** `drained`: done. `draining`: its live worker finishes it. */
    after: 'draining' | 'drained';
  }>;

/**
 * Takes devices out of service: what is in flight finishes, what waits goes back to be due, the device is let go and not
 * claimed again until resumed. Where no worker lives to do it, it is done here. Repeating it changes nothing.
 *
 * `emptyQueue` clears what the drained devices' queues hold in Redis: tidying only, for those jobs are stale.
 * Throws `DeviceError` `not_found`.
 */
export async function drainDevices(
  database: Database,
  request: ControlRequest & {
    emptyQueue?: ((devices: readonly DeviceId[]) => Promise<void>) | undefined;
  },
): Promise<readonly DrainResult[]> {
  const { selector, reason, actor, steal, emptyQueue } = request;
  const devices = (await resolveDevices(database, selector)).map(({ deviceId }) => deviceId);
  const results: DrainResult[] = [];
  for (const chunk of inChunks(devices)) {
    const asked = await writeDrain(database, chunk, { reason, actor });
    const progress = await findDeviceProgress(database, chunk, steal);
    const finished = await finishUnowned(database, progress, steal);
    const byId = new Map(progress.map((line) => [line.deviceId, line]));
    for (const device of asked) {
      const line = byId.get(device.deviceId);
      const done = line?.desiredState === 'drained' || finished.includes(device.deviceId);
      results.push({
        ...device,
        after: done ? 'drained' : 'draining',
        inFlight: line?.sending ?? 0,
        waiting: line?.queued ?? 0,
      });
    }
    if (finished.length > 0) await emptyQueue?.(finished);
  }
  return results;
}
