import type { DeviceId, Epoch, WorkerId } from '@dripfleet/domain';

/** Under which claim a device's owner writes; older ones are fenced. */
export type DeviceClaim = Readonly<{ deviceId: DeviceId; worker: WorkerId; epoch: Epoch }>;
