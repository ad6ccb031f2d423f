import {
  type DurationMs,
  type PacingOverride,
  parsePacing,
  phoneNumber,
  storePacing,
} from '@dripfleet/domain';
import {
  type Database,
  DatabaseError,
  type DeviceChange,
  findDeviceUse,
  insertOperatorActions,
  lockDevice,
  type NamedDevice,
  updateDevice,
} from '@dripfleet/store';
import { DeviceError } from './device-error.ts';
import { resolveDevices } from './resolve-devices.ts';

export type SetDeviceRequest = Readonly<{
  name: string;
  phone?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  unlabel?: readonly string[] | undefined;
  /** Parts to set; the others stay. */
  pacing?: PacingOverride | undefined;
  /** Parts to clear, so that the environment's apply again. */
  clear?: readonly ('caps' | 'gap')[] | undefined;
  actor: string;
  /** A heartbeat older than this is a dead owner's. */
  steal: DurationMs;
}>;

export type SetDeviceResult = Readonly<{ device: NamedDevice; pacing: PacingOverride }>;

/**
 * Changes one device. A new number is refused (`conflict`) while a worker runs the device, for its session would go on
 * as the old one. Throws `DeviceError` `not_found`, `conflict`, `invalid`; `PacingError`.
 */
export async function setDevice(
  database: Database,
  request: SetDeviceRequest,
): Promise<SetDeviceResult> {
  const change = deviceChange(request);
  const [device] = await resolveDevices(database, { kind: 'names', names: [request.name] });
  if (!device) throw new DeviceError('not_found', `no device is named "${request.name}"`);
  return await database.transaction(async (tx) => {
    await lockDevice(tx, device.deviceId);
    if (change.phone !== undefined) {
      const { ownerLive } = await findDeviceUse(tx, device.deviceId, request.steal);
      if (ownerLive)
        throw new DeviceError(
          'conflict',
          `a worker runs ${device.name}; drain it before its number changes: dripfleet drain ${device.name} --wait`,
        );
    }
    const changed = await updateDevice(tx, device.deviceId, change).catch(refuseTakenPhone);
    if (!changed) throw new DeviceError('not_found', `${device.name} was removed meanwhile`);
    await insertOperatorActions(
      tx,
      { actor: request.actor, action: 'device.set', detail: { ...change, phone: undefined } },
      [`device:${device.name}`],
    );
    return { device, pacing: parsePacing(changed.pacing) };
  });
}

function deviceChange({ phone, labels, unlabel, pacing, clear }: SetDeviceRequest): DeviceChange {
  if (phone !== undefined && !/^\+[1-9]\d{4,14}$/.test(phone))
    throw new DeviceError('invalid', `"${phone}" is no number in the form +15550000001`);
  const change: DeviceChange = {
    ...(phone !== undefined && { phone: phoneNumber(phone) }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(unlabel && unlabel.length > 0 && { unlabel }),
    ...(pacing && Object.keys(pacing).length > 0 && { pacing: storePacing(pacing) }),
    ...(clear && clear.length > 0 && { clear }),
  };
  if (Object.keys(change).length === 0) throw new DeviceError('invalid', 'nothing to change');
  return change;
}

function refuseTakenPhone(error: unknown): never {
  if (error instanceof DatabaseError && error.constraint === 'devices_phone_key')
    throw new DeviceError('conflict', 'another device has this number', { cause: error });
  throw error;
}
