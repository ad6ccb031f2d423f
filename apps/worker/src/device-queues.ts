import type { DeviceId } from '@dripfleet/domain';
import type { DeviceQueue } from '@dripfleet/queue';

/** The queues of the devices, as one worker uses them. All but `nudge` throw when Redis does not answer. */
export type DeviceQueues = Readonly<{
  /** `token` names the holder of the jobs: `<worker>:<epoch>`. */
  open(device: DeviceId, token: string): DeviceQueue;
  /** Removes a device's waiting jobs. */
  empty(device: DeviceId): Promise<void>;
  /** Those of the devices whose queue has a job to fetch. */
  findWaiting(devices: readonly DeviceId[]): Promise<readonly DeviceId[]>;
  /** Tells the schedulers that the device has room; best effort. */
  nudge(device: DeviceId): void;
}>;
