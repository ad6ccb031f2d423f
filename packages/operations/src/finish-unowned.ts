import type { DeviceId, DurationMs } from '@dripfleet/domain';
import { type Database, type DeviceProgress, drainUnownedDevice } from '@dripfleet/store';
import { inChunks } from './in-chunks.ts';

/** Devices at once: as many as the pool has connections. */
const atOnce = 4;

/** Drains those draining devices that no live worker owns; returns which. */
export async function finishUnowned(
  database: Database,
  progress: readonly DeviceProgress[],
  steal: DurationMs,
): Promise<readonly DeviceId[]> {
  const unowned = progress.filter((line) => line.desiredState === 'draining' && !line.ownerLive);
  const finished: DeviceId[] = [];
  for (const some of inChunks(unowned, atOnce)) {
    await Promise.all(
      some.map(async ({ deviceId }) => {
        if (await drainUnownedDevice(database, deviceId, steal)) finished.push(deviceId);
      }),
    );
  }
  return finished;
}
