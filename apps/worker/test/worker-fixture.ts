import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKeyFile } from '@dripfleet/credentials';
import {
  type Clock,
  type DeviceId,
  durationMs,
  type Engine,
  epochMs,
  type PhoneNumber,
  type WorkerId,
  workerId,
} from '@dripfleet/domain';
import { Claims, DeviceLocks, Heartbeat, openRedis, Subscriptions } from '@dripfleet/fleet';
import { DeviceQueueProducer } from '@dripfleet/queue';
import { systemClock } from '@dripfleet/runtime';
import {
  claimDevices,
  findOwnedDevices,
  findPeers,
  findQueuedRows,
  getSettings,
  registerWorker,
  releaseDevices,
  removeWorkers,
  queueDue,
  shardCount,
} from '@dripfleet/store';
import {
  createTestRedis,
  openTestStore,
  startSimulator,
  type TestRedis,
  type TestSimulator,
  type TestStore,
} from '@dripfleet/testkit';
import { simulatedTransport, type Transport } from '@dripfleet/transport';
import { connectDevices } from '../src/connect-devices.ts';
import { DirectQueues } from '../src/direct-queues.ts';
import type { WorkerDeps } from '../src/device-context.ts';
import type { WorkerEvent } from '../src/events.ts';
import { openNetwork } from '../src/open-network.ts';
import { openQueues } from '../src/open-parts.ts';
import { RedisWatch } from '../src/redis-watch.ts';
import { workerConfig } from '../src/worker-config.ts';
import { WorkerManager } from '../src/worker-manager.ts';
import type { WorkerParts } from '../src/worker-parts.ts';
import { workerStore } from '../src/worker-store.ts';

/** Real Postgres, real Redis and a network in its own process, for workers to live in. */
export type Bench = Readonly<{
  store: TestStore;
  simulator: TestSimulator;
  redis: ReturnType<typeof openRedis>;
  testRedis: TestRedis;
  /** CREDENTIALS_KEY_FILE. */
  keyFile: string;
  /** What the scheduler does for one device: queues what is due, and enqueues it. Returns how many rows. */
  enqueue(device: DeviceId): Promise<number>;
  /** What the network got from a device, in order. */
  messages(device: DeviceId): Promise<readonly Readonly<{ id: string; text: string }>[]>;
  close(): Promise<void>;
}>;

export async function openBench(): Promise<Bench> {
  const [store, testRedis, simulator] = await Promise.all([
    openTestStore(),
    createTestRedis(),
    startSimulator(),
  ]);
  const redis = openRedis(testRedis.url, { connectionName: 'test', use: 'commands' });
  await once(redis, 'ready');
  const producer = new DeviceQueueProducer(redis);
  const folder = await mkdtemp(path.join(tmpdir(), 'dripfleet-worker-'));
  const keyFile = path.join(folder, 'credentials.key');
  await createKeyFile(keyFile);
  return {
    store,
    simulator,
    redis,
    testRedis,
    keyFile,
    enqueue: async (device) => {
      const shards = [device % shardCount];
      const rows = await queueDue(store.db, { shards, queueSize: 100, engine: 'workers' });
      await producer.enqueue(rows);
      return rows.length;
    },
    messages: async (device) => {
      const [row] = await store.sql<{ phone: PhoneNumber }>(
        'select phone from devices where id = $1',
        [device],
      );
      const lines = await simulator.ledger('message');
      return lines
        .filter((line) => line['device'] === row?.phone)
        .map((line) => ({ id: String(line['id']), text: String(line['text']) }));
    },
    close: async () => {
      redis.disconnect();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
      await testRedis.release();
      await store.close();
    },
  };
}

/** The machine's clock, which a test can set forward, and whose long sleeps it can end. */
export class LeapClock implements Clock {
  #leapt = 0;
  readonly #sleeps = new Map<number, Set<AbortController>>();
  readonly #sleepers = new Set<(duration: number) => void>();
  leap(ms: number): void {
    this.#leapt += ms;
  }
  now() {
    return epochMs(systemClock.now() + this.#leapt);
  }
  monotonic() {
    return systemClock.monotonic() + this.#leapt;
  }
  async sleep(...[duration, signal]: Parameters<Clock['sleep']>) {
    const early = new AbortController();
    const alike = this.#sleeps.get(duration) ?? new Set();
    this.#sleeps.set(duration, alike.add(early));
    for (const tell of this.#sleepers) tell(duration);
    const all = AbortSignal.any([early.signal, ...(signal ? [signal] : [])]);
    await systemClock.sleep(duration, all).catch((error: unknown) => {
      if (!early.signal.aborted) throw error;
    });
  }
  /** Resolves when something sleeps for so long, or was the last to do so. */
  async untilAsleep(ms: number): Promise<void> {
    if (this.#sleeps.has(ms)) return;
    await new Promise<void>((resolve) => {
      const tell = (duration: number) => {
        if (duration !== ms) return;
        this.#sleepers.delete(tell);
        resolve();
      };
      this.#sleepers.add(tell);
    });
  }
  /** Ends all sleeps of this length. */
  wakeSleepers(ms: number): void {
    for (const early of this.#sleeps.get(ms) ?? []) early.abort();
    this.#sleeps.delete(ms);
  }
}

export type TestWorker = Readonly<{
  worker: WorkerId;
  manager: WorkerManager;
  redisWatch: RedisWatch;
  device: WorkerDeps;
  /** Only with the engine `direct`. */
  direct: DirectQueues | undefined;
  clock: LeapClock;
  events: readonly WorkerEvent[];
  /** Resolves with the next event, or one that was there already, that `isIt` takes. */
  until(isIt: (event: WorkerEvent) => boolean): Promise<WorkerEvent>;
  stop(): Promise<void>;
}>;

/**
 * A worker as join-fleet.ts makes it, without caps and gaps, whose loops are turned by the test.
 *
 * `wrap` stands between it and the network; `deaf` loses every wake.
 */
export async function startWorker(
  { store, simulator, testRedis, keyFile }: Bench,
  {
    wrap = (given) => given,
    decorate = (parts) => parts,
    deaf = false,
    transport = 'simulated',
    engine = 'workers',
    otherKeys,
  }: {
    wrap?: (given: Transport) => Transport;
    decorate?: (parts: WorkerParts) => WorkerParts;
    deaf?: boolean;
    transport?: 'simulated' | 'baileys';
    engine?: Engine;
    /** Instead of the bench's. */
    otherKeys?: string | undefined;
  } = {},
): Promise<TestWorker> {
  const worker = workerId(randomUUID());
  const clock = new LeapClock();
  const facts = { host: 'host-a', build: 'test', capacity: 50, engine };
  await registerWorker(store.db, worker, facts);
  // A leap must not pass the deadline: what it fences is the heartbeat's own test.
  const stealAfter = durationMs(7_200_000);
  const heartbeat = new Heartbeat({
    clock,
    policy: { interval: durationMs(4_000), fenceAfter: durationMs(3_600_000), stealAfter },
    beat: () => Promise.resolve(),
    fence: () => {},
  });
  await heartbeat.beatOnce();
  const redis = openRedis(testRedis.url, { connectionName: 'worker', use: 'commands' });
  const subscriber = openRedis(testRedis.url, { connectionName: 'sub', use: 'subscriptions' });
  await Promise.all([once(redis, 'ready'), once(subscriber, 'ready')]);

  const events: WorkerEvent[] = [];
  const waiting = new Set<(event: WorkerEvent) => void>();
  const giveUp = new AbortController();
  const config = workerConfig({
    DATABASE_URL: store.url,
    REDIS_URL: testRedis.url,
    TRANSPORT: transport,
    WHATSAPP_URL: simulator.whatsappUrl,
    CREDENTIALS_KEY_FILE: otherKeys ?? keyFile,
    SIMULATOR_URL: simulator.url,
    MAX_MESSAGES_PER_HOUR: '1000000000',
    MIN_GAP: '0s',
    MAX_GAP: '0s',
    ACK_TIMEOUT: '10s',
  });
  const direct =
    engine === 'direct'
      ? new DirectQueues(async (id) => await findQueuedRows(store.db, id))
      : undefined;
  const opened: WorkerParts = {
    clock,
    db: store.db,
    heartbeatDb: store.db,
    store: workerStore(store.db, { worker, clock, giveUp: giveUp.signal }),
    claimStore: {
      claimDevices: async (by, request) => await claimDevices(store.db, by, request),
      releaseDevices: async (by, held) => await releaseDevices(store.db, by, held),
      findOwnedDevices: async (by) => await findOwnedDevices(store.db, by),
    },
    locks: new DeviceLocks(redis, worker, durationMs(20_000)),
    queues: direct ?? openQueues(redis),
    direct,
    subscriptions: deaf
      ? { subscribe: () => {}, unsubscribe: () => {} }
      : new Subscriptions(subscriber),
    network: await openNetwork(config, store.db),
  };
  const parts = decorate(opened);
  const connected = connectDevices({
    config,
    parts,
    secret: (await getSettings(store.db)).secret,
    heartbeat,
    observe: (event) => {
      events.push(event);
      for (const tell of waiting) tell(event);
    },
    giveUp: giveUp.signal,
  });
  const timings = { ackTimeout: config.ACK_TIMEOUT, connectTimeout: durationMs(5_000) };
  const way =
    transport === 'baileys' ? connected.transport : simulatedTransport(simulator.url, timings);
  const device = { ...connected, transport: wrap(way) };
  const claims = new Claims({
    worker,
    locks: parts.locks,
    heartbeat,
    store: parts.claimStore,
    stealAfter,
    engine,
  });
  const redisWatch = new RedisWatch(clock);
  const manager = new WorkerManager({
    device,
    claims,
    subscriptions: parts.subscriptions,
    emptyQueue: async (id) => await parts.queues.empty(id),
    findPeers: async () => await findPeers(store.db, worker, stealAfter),
    redisWatch,
    settings: {
      capacity: facts.capacity,
      build: facts.build,
      startedAt: clock.now(),
      idleTimeout: durationMs(300_000),
      stealAfter,
      engine,
      seed: worker,
    },
  });
  return {
    worker,
    manager,
    redisWatch,
    device,
    direct,
    clock,
    events,
    until: async (isIt) =>
      events.find(isIt) ??
      (await new Promise((resolve) => {
        const tell = (event: WorkerEvent) => {
          if (!isIt(event)) return;
          waiting.delete(tell);
          resolve(event);
        };
        waiting.add(tell);
      })),
    stop: async () => {
      await manager.stop();
      giveUp.abort();
      // A dead one would count as a live worker, and have a share of the devices of the next test.
      await removeWorkers(store.db, worker);
      redis.disconnect();
      subscriber.disconnect();
    },
  };
}
