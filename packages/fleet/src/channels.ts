import type { DeviceId } from '@dripfleet/domain';

/** Published after an operator's change of a device was committed: a JSON array of device ids; the workers listen. */
export const controlChannel = 'dripfleet:control';

/** The lock of a device: filters contention between workers, and decides nothing. */
export const lockKey = (device: DeviceId): string => `dripfleet:lock:${device}`;
