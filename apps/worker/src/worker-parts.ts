import type { Clock } from '@dripfleet/domain';
import type { ClaimsDeps, ClaimStore, Subscriptions } from '@dripfleet/fleet';
import type { Database } from '@dripfleet/store';
import type { DeviceQueues } from './device-queues.ts';
import type { DirectQueues } from './direct-queues.ts';
import type { Network } from './open-network.ts';
import type { WorkerStore } from './worker-store.ts';

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
  /** The same queues, when it is the direct processor that fills them. */
  direct?: DirectQueues | undefined;
  /** For the wake channel of each device. */
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>;
  network: Network;
}>;
