import type { DeviceId, EpochMs } from '@dripfleet/domain';
import { cancelPairing as withdraw, type Database, insertOperatorActions } from '@dripfleet/store';

/**
 * Withdraws a request, so that what was shown is of no use any more; false when it had ended or was replaced. A phone that
 * has it already stays linked.
 */
export async function cancelPairing(
  database: Database,
  {
    device,
    deviceId,
    requestedAt,
    actor,
  }: Readonly<{ device: string; deviceId: DeviceId; requestedAt: EpochMs; actor: string }>,
): Promise<boolean> {
  return await database.transaction(async (tx) => {
    const cancelled = await withdraw(tx, deviceId, requestedAt);
    if (cancelled)
      await insertOperatorActions(tx, { actor, action: 'device.pair_cancel', detail: {} }, [
        `device:${device}`,
      ]);
    return cancelled;
  });
}
