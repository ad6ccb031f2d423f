import type { DurationMs } from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  deleteDevice,
  findDeviceUse,
  insertOperatorActions,
  lockDevice,
  type NamedDevice,
} from '@dripfleet/store';
import { DeviceError } from './device-error.ts';
import { resolveDevices } from './resolve-devices.ts';

/**
 * Forgets a device. Refused (`DeviceError` `conflict`) while somebody owns it, while contacts are midway with it, and
 * when it has a history: what was sent from where stays known.
 */
export async function removeDevice(
  database: Database,
  { name, actor, steal }: { name: string; actor: string; steal: DurationMs },
): Promise<NamedDevice> {
  const [device] = await resolveDevices(database, { kind: 'names', names: [name] });
  if (!device) throw new DeviceError('not_found', `no device is named "${name}"`);
  return await database.transaction(async (tx) => {
    await lockDevice(tx, device.deviceId);
    const use = await findDeviceUse(tx, device.deviceId, steal);
    const refusal = refusalOf(name, use);
    if (refusal) throw new DeviceError('conflict', refusal);
    await deleteDevice(tx, device.deviceId).catch((error: unknown) => {
      if (error instanceof DatabaseError && error.code === 'bad_row')
        throw new DeviceError('conflict', `a contact was enrolled with ${name} meanwhile`, {
          cause: error,
        });
      throw error;
    });
    await insertOperatorActions(tx, { actor, action: 'device.remove', detail: {} }, [
      `device:${name}`,
    ]);
    return device;
  });
}

function refusalOf(
  name: string,
  use: { openRuns: number; endedRuns: number; owned: boolean },
): string | undefined {
  if (use.openRuns > 0)
    return `${use.openRuns} contacts are midway in a sequence with ${name}; let them finish or exit them first`;
  if (use.owned) return `a worker owns ${name}; first run: dripfleet drain ${name} --wait`;
  if (use.endedRuns > 0)
    return `${name} has a history of ${use.endedRuns} runs, which removing it would lose; leave it drained: dripfleet drain ${name}`;
  return undefined;
}
