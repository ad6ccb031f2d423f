import {
  claimRoom,
  type DeviceId,
  type DurationMs,
  durationMs,
  type Engine,
  type EpochMs,
  hashFraction,
  type OwnLoad,
} from '@dripfleet/domain';
import type { Claims, Subscriptions } from '@dripfleet/fleet';
import type { OwnedDevice, Peer } from '@dripfleet/store';
import type { WorkerDeps } from './device-context.ts';
import { Departures } from './departures.ts';
import type { DeviceWorker } from './device-worker.ts';
import { DeviceWorkers } from './device-workers.ts';
import type { RedisWatch } from './redis-watch.ts';

export type ManagerDeps = Readonly<{
  device: WorkerDeps;
  claims: Claims;
  /** For the wake channel of each device. */
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>;
  /** Removes a drained device's waiting jobs; best effort, for they are stale by then. */
  emptyQueue(device: DeviceId): Promise<void>;
  /** The other workers that live and stay. */
  findPeers(): Promise<readonly Peer[]>;
  redisWatch: Pick<RedisWatch, 'isLost'>;
  settings: Readonly<{
    /** Device workers at most: MAX_WORKERS_PER_INSTANCE. */
    capacity: number;
    /** BUILD_ID: in a deploy devices go to the newest only. */
    build: string;
    startedAt: EpochMs;
    idleTimeout: DurationMs;
    stealAfter: DurationMs;
    engine: Engine;
    /** Spreads the scans of several workers: anything that is each one's own, such as its id. */
    seed: string;
  }>;
}>;

/** Something due within this time makes a device wanted. */
const horizon = durationMs(15 * 60_000);
/** The claim scan: every 3 s ± 1 s, so that workers do not ask in step. */
const scanInterval = 3_000;
const scanSpread = 2_000;

/**
 * The device workers of this process: claims what is wanted, up to its fair share, follows what Postgres says of what it
 * owns, and lets go what is to leave (departures.ts). Everything that changes ownership runs one after another.
 */
export class WorkerManager {
  readonly #deps: ManagerDeps;
  readonly #workers: DeviceWorkers;
  readonly #departures: Departures;
  #turn: Promise<unknown> = Promise.resolve();
  #scans = 0;
  #ownedWanted: number | undefined;
  #stopped = false;

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    this.#workers = new DeviceWorkers({
      ...deps,
      onUnusable: (worker) => this.#departures.release([worker], 'unusable'),
    });
    this.#departures = new Departures({
      ...deps,
      own: deps.settings,
      horizon,
      workers: () => this.#workers.all,
      onReleased: (worker) => this.#workers.remove(worker),
    });
  }

  /** Device workers by device. Not a copy: do not keep it over an await. */
  get workers(): ReadonlyMap<DeviceId, DeviceWorker> {
    return this.#workers.all;
  }

  /** How many of its devices the last scan found wanted; undefined before the first. */
  get ownedWanted(): number | undefined {
    return this.#ownedWanted;
  }

  /** Scans until `signal` aborts. A scan that fails is the next one's business. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, observe } = this.#deps.device;
    while (!signal.aborted) {
      try {
        await this.scan();
      } catch (error) {
        observe({ kind: 'problem', where: 'claim scan', deviceId: undefined, error });
      }
      this.#scans += 1;
      const spread = hashFraction(`${this.#deps.settings.seed}:${this.#scans}`) * scanSpread;
      const pause = durationMs(scanInterval - scanSpread / 2 + spread);
      await clock.sleep(pause, signal).catch(() => {});
    }
  }

  /** One look at what this worker owns and what is wanted. */
  scan(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#deps.redisWatch.isLost && (await this.#departures.leaveCutOff())) return;
      await this.#followOwnership();
      await this.#departures.retireIdle();
      await this.#departures.shed(await this.#claimWanted());
    });
  }

  /** An operator changed these devices: read them now. */
  refresh(devices: readonly DeviceId[]): Promise<void> {
    const mine = devices.filter((device) => this.#workers.all.has(device));
    if (mine.length === 0) return Promise.resolve();
    return this.#inTurn(async () => {
      await this.#follow(mine);
      this.#giveToOtherEngine(await this.#deps.claims.findOwned());
    });
  }

  /** Redis is back: nobody waits any longer to try again. */
  retryAll(): void {
    for (const worker of this.#workers.all.values()) worker.retryNow();
  }

  /** Cuts every session in this tick. The claims stay in Postgres, to be claimed anew by whoever may. */
  fence(): void {
    for (const worker of this.#workers.all.values()) {
      worker.terminate();
      this.#workers.remove(worker);
    }
  }

  /** Starts a device worker anew, under a new epoch; `false` when it was gone by then. */
  restart(device: DeviceId): Promise<boolean> {
    return this.#inTurn(async () => {
      const worker = this.#workers.all.get(device);
      if (!worker || this.#departures.isLeaving(worker)) return false;
      worker.terminate();
      this.#workers.remove(worker);
      await this.#workers.start(await this.#deps.claims.claim([device]));
      return true;
    });
  }

  /** Finishes the sends in hand, closes the sessions and gives up every device. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#inTurn(() => this.#departures.leaveAll());
  }

  /** Leaves a device alone until an operator resumes it. False when it was gone by then. */
  quarantine(device: DeviceId, reason: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const worker = this.#workers.all.get(device);
      if (!worker || this.#departures.isLeaving(worker)) return false;
      const { claim } = worker.context;
      await this.#deps.device.store.setSessionState(claim, { state: 'quarantined', reason });
      worker.terminate();
      this.#departures.release([worker], 'unusable');
      return true;
    });
  }

  /** Ends what is no longer owned, claims again what is owned but not running, and obeys the operator. */
  async #followOwnership(): Promise<void> {
    const owned = await this.#deps.claims.findOwned();
    const epochs = new Map(owned.map((device) => [device.deviceId, device.epoch]));
    for (const [device, worker] of this.#workers.all) {
      const { epoch, generation } = worker.context.claim;
      // Made before a fence, it can never pass the gate again.
      const isFenced = !this.#deps.device.heartbeat.isTrusted(generation);
      // Postgres did not answer when it was to be given up.
      const isLeftOver = worker.activity.kind === 'stopped' && !this.#departures.isLeaving(worker);
      if (epochs.get(device) !== epoch || isFenced || isLeftOver) this.#workers.lose(worker);
    }
    const orphaned = owned.filter(({ deviceId }) => !this.#workers.all.has(deviceId));
    await this.#claim(orphaned.map(({ deviceId }) => deviceId));
    this.#giveToOtherEngine(owned);
    const changed = owned.filter(({ deviceId, desiredState, maySend }) => {
      const device = this.#workers.all.get(deviceId)?.context.device;
      if (!device) return false;
      // Until it is gone: an earlier try may have failed, or another way may have brought the news.
      if (desiredState === 'draining') return true;
      return device.desiredState !== desiredState || device.maySend !== maySend;
    });
    await this.#follow(changed.map(({ deviceId }) => deviceId));
  }

  /** A rollout moved them: whoever serves them from now on may claim them once they are given up. */
  #giveToOtherEngine(owned: readonly OwnedDevice[]): void {
    const moved = owned.filter(({ engine }) => engine !== this.#deps.settings.engine);
    this.#departures.release(
      moved.flatMap(({ deviceId }) => this.#workers.all.get(deviceId) ?? []),
      'rollout',
    );
  }

  async #follow(devices: readonly DeviceId[]): Promise<void> {
    if (devices.length === 0) return;
    const { store, readPacing } = this.#deps.device;
    const draining: DeviceWorker[] = [];
    for (const device of await store.findDevices(devices)) {
      const worker = this.#workers.all.get(device.deviceId);
      if (!worker) continue;
      worker.update(readPacing(device));
      if (device.desiredState === 'draining') draining.push(worker);
    }
    this.#departures.release(draining, 'drained');
  }

  async #claimWanted(): Promise<OwnLoad> {
    const { store } = this.#deps.device;
    const { capacity, stealAfter, engine } = this.#deps.settings;
    const { free, reserved, ...load } = await store.findWanted({
      steal: stealAfter,
      horizon,
      engine,
      limit: capacity,
    });
    this.#ownedWanted = load.ownedWanted;
    const owned = this.#workers.all.size;
    const own = { ...load, owned, capacity };
    if (owned >= capacity && free.length > 0) await this.#departures.yieldIdle(free.length);
    // What was handed to this worker is nobody else's for now, share or not.
    const given = reserved.slice(0, Math.max(0, capacity - owned));
    const room = Math.max(0, claimRoom(own) - given.length);
    await this.#claim([...given, ...free.slice(0, room)]);
    return own;
  }

  async #claim(devices: readonly DeviceId[]): Promise<void> {
    if (this.#stopped || devices.length === 0) return;
    await this.#workers.start(await this.#deps.claims.claim(devices));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}
