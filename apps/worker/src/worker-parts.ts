import type { Clock, DeviceId } from '@dripfleet/domain';
import type { ClaimsDeps, ClaimStore, Subscriptions } from '@dripfleet/fleet';
import type { DeviceQueue } from '@dripfleet/queue';
import type { Database } from '@dripfleet/store';
import type { Network } from './open-network.ts';
import type { WorkerStore } from './worker-store.ts';

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

/** Whatever reaches beyond a worker's process, and its time. Nothing else in a worker does. */
export type WorkerParts = Readonly<{
  clock: Clock;
  db: Database;
  /** Its own, so that a heartbeat never queues behind the work that it vouches for. */
  heartbeatDb: Database;
  store: WorkerStore;
  claimStore: ClaimStore;
  locks: ClaimsDeps['locks'];
  queues: DeviceQueues;
  /** For the wake channel of each device. */
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>;
  network: Network;
}>;
