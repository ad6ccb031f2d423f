import { type EpochMs, type WorkerId } from '@dripfleet/domain';
import { Claims, Heartbeat } from '@dripfleet/fleet';
import { findPeers, heartbeatWorker, registerWorker, type WorkerFacts } from '@dripfleet/store';
import { connectDevices } from './connect-devices.ts';
import type { WorkerDeps } from './device-context.ts';
import type { Observe } from './events.ts';
import { RedisWatch } from './redis-watch.ts';
import type { WorkerConfig } from './worker-config.ts';
import { WorkerManager } from './worker-manager.ts';
import type { WorkerParts } from './worker-parts.ts';

export type FleetMember = Readonly<{
  heartbeat: Heartbeat;
  manager: WorkerManager;
  device: WorkerDeps;
  /** What the next heartbeat tells. */
  life: { draining: boolean };
}>;

export type JoinOptions = Readonly<{
  worker: WorkerId;
  facts: WorkerFacts;
  config: WorkerConfig;
  parts: WorkerParts;
  secret: Uint8Array;
  observe: Observe;
  /** Aborts when facts can't be stored any more because the process ends. */
  giveUp: AbortSignal;
}>;

/** Enters the fleet: registers, beats once, and has the means to claim devices and to run them. Nothing runs yet. */
export async function joinFleet(options: JoinOptions): Promise<FleetMember> {
  const { worker, facts, config, parts, observe } = options;
  const { clock, heartbeatDb, locks, claimStore } = parts;
  const life = { draining: false };
  const startedAt: EpochMs = clock.now();
  const redisWatch = new RedisWatch(clock);
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
      const told = {
        redisOk: redisWatch.isUp,
        draining: life.draining,
        wantedDevices: manager.ownedWanted,
      };
      const known = await heartbeatWorker(heartbeatDb, worker, told);
      if (!known) await registerWorker(heartbeatDb, worker, facts);
    },
    fence: (reason) => {
      manager.fence();
      observe({ kind: 'worker.fenced', reason });
    },
  });
  const { STEAL_AFTER: stealAfter, ENGINE: engine } = config;
  const claims = new Claims({ worker, locks, heartbeat, store: claimStore, stealAfter, engine });
  const device = connectDevices({ ...options, heartbeat });
  const manager: WorkerManager = new WorkerManager({
    device,
    claims,
    subscriptions: parts.subscriptions,
    emptyQueue: (id) => parts.queues.empty(id),
    findPeers: () => findPeers(parts.db, worker, stealAfter),
    redisWatch,
    settings: {
      capacity: facts.capacity,
      build: facts.build,
      startedAt,
      idleTimeout: config.WORKER_IDLE_TIMEOUT,
      stealAfter,
      engine,
      seed: worker,
    },
  });
  const renewLocks = async () => {
    const wasUp = redisWatch.isUp;
    redisWatch.heard(await claims.renewLocks([...manager.workers.keys()]));
    if (!wasUp && redisWatch.isUp) manager.retryAll();
  };
  await registerWorker(parts.db, worker, facts);
  await heartbeat.beatOnce();
  return { heartbeat, manager, device, life };
}
