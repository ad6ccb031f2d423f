import type { DeviceId, DurationMs } from '@dripfleet/domain';
import type { Database } from './database.ts';
import { emptyDevice } from './empty-device.ts';
import { lockDevice } from './lock-device.ts';

/**
 * Finishes the drain of a draining device that nobody runs: takes back what was queued, clears the owner under a new
 * epoch, marks it drained. True when it did; false when the device is not draining or its owner lives.
 *
 * One transaction that holds the device's row first, so a claim either came before and is seen, or finds it drained.
 */
export async function drainUnownedDevice(
  database: Database,
  device: DeviceId,
  steal: DurationMs,
): Promise<boolean> {
  return await database.transaction(async (tx) => {
    await lockDevice(tx, device);
    const drained = await tx.run('drain-unowned-device', [device, steal]);
    if (drained.length === 0) return false;
    await emptyDevice(tx, device);
    return true;
  });
}
