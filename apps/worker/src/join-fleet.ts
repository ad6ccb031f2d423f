import { type Clock, durationMs, type WorkerId } from '@dripfleet/domain';
import { Claims, DeviceLocks, Heartbeat } from '@dripfleet/fleet';
import { emptyQueue } from '@dripfleet/queue';
import {
  claimDevices,
  findOwnedDevices,
  heartbeatWorker,
  registerWorker,
  releaseDevices,
  type WorkerFacts,
} from '@dripfleet/store';
import { connectDevices } from './connect-devices.ts';
import type { WorkerDeps } from './device-context.ts';
import type { Observe } from './events.ts';
import type { Connections } from './open-connections.ts';
import type { Network } from './open-network.ts';
import type { WorkerConfig } from './worker-config.ts';
import { WorkerManager } from './worker-manager.ts';

/** Redis forgets a dead worker's locks before its devices may be stolen, and never while it lives. */
const lockTtlShare = 5 / 6;

export type FleetMember = Readonly<{
  heartbeat: Heartbeat;
  manager: WorkerManager;
  device: WorkerDeps;
  /** What the next heartbeat tells. */
  life: { redisOk: boolean; draining: boolean };
}>;

export type JoinOptions = Readonly<{
  worker: WorkerId;
  facts: WorkerFacts;
  config: WorkerConfig;
  clock: Clock;
  connections: Connections;
  secret: Uint8Array;
  network: Network;
  observe: Observe;
  giveUp: AbortSignal;
}>;

/** Enters the fleet: registers, beats once, and has the means to claim devices and to run them. Nothing runs yet. */
export async function joinFleet(options: JoinOptions): Promise<FleetMember> {
  const { worker, facts, config, clock, connections, observe } = options;
  const { db, heartbeatDb, redis, subscriptions } = connections;
  const life = { redisOk: true, draining: false };
  const heartbeat: Heartbeat = new Heartbeat({
    clock,
    policy: {
      interval: config.HEARTBEAT_INTERVAL,
      fenceAfter: config.FENCE_AFTER,
      stealAfter: config.STEAL_AFTER,
    },
    beat: async () => {
      // Side by side: a silent Redis must not make this worker look dead.
      void renewLocks();
      const known = await heartbeatWorker(heartbeatDb, worker, life);
      if (!known) await registerWorker(heartbeatDb, worker, facts);
    },
    fence: (reason) => {
      manager.fence();
      observe({ kind: 'worker.fenced', reason });
    },
  });
  const lockTtl = durationMs(Math.round(config.STEAL_AFTER * lockTtlShare));
  const claims = new Claims({
    worker,
    locks: new DeviceLocks(redis, worker, lockTtl),
    heartbeat,
    store: {
      claimDevices: (by, request) => claimDevices(db, by, request),
      releaseDevices: (by, held) => releaseDevices(db, by, held),
      findOwnedDevices: (by) => findOwnedDevices(db, by),
    },
    stealAfter: config.STEAL_AFTER,
    engine: config.ENGINE,
  });
  const device = connectDevices({ ...options, db, redis, heartbeat });
  const manager: WorkerManager = new WorkerManager({
    device,
    claims,
    subscriptions,
    emptyQueue: (id) => emptyQueue(redis, id),
    settings: {
      capacity: facts.capacity,
      idleTimeout: config.WORKER_IDLE_TIMEOUT,
      stealAfter: config.STEAL_AFTER,
      engine: config.ENGINE,
      seed: worker,
    },
  });
  const renewLocks = async () => {
    life.redisOk = await claims.renewLocks([...manager.workers.keys()]);
  };
  await registerWorker(db, worker, facts);
  await heartbeat.beatOnce();
  return { heartbeat, manager, device, life };
}
