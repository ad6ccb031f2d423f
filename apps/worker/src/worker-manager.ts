import {
  claimRoom,
  type DeviceId,
  type DurationMs,
  durationMs,
  hashFraction,
} from '@dripfleet/domain';
import type { Claim, Claims, Subscriptions } from '@dripfleet/fleet';
import { wakeChannel } from '@dripfleet/queue';
import type { Device } from '@dripfleet/store';
import type { WorkerDeps } from './device-context.ts';
import type { DevicePacer } from './device-pacer.ts';
import { DeviceReleases } from './device-releases.ts';
import { DeviceWorker } from './device-worker.ts';
import { loadPacers } from './load-pacers.ts';
import type { ReleaseReason } from './events.ts';

export type ManagerDeps = Readonly<{
  device: WorkerDeps;
  claims: Claims;
  /** For the wake channel of each device. */
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>;
  /** Removes a drained device's waiting jobs; best effort, for they are stale by then. */
  emptyQueue(device: DeviceId): Promise<void>;
  settings: Readonly<{
    /** Device workers at most: MAX_WORKERS_PER_INSTANCE. */
    capacity: number;
    idleTimeout: DurationMs;
    stealAfter: DurationMs;
    engine: 'workers' | 'direct';
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
 * The device workers of this process: claims what is wanted, up to its fair share, and gives up what is idle, drained or
 * lost. Everything that changes ownership runs one after another.
 */
export class WorkerManager {
  readonly #deps: ManagerDeps;
  readonly #workers = new Map<DeviceId, DeviceWorker>();
  readonly #releases: DeviceReleases;
  #turn: Promise<unknown> = Promise.resolve();
  #scans = 0;
  #stopped = false;

  constructor(deps: ManagerDeps) {
    this.#deps = deps;
    this.#releases = new DeviceReleases({
      ...deps,
      onReleased: (worker) => {
        // A fence may have made way for another device worker meanwhile.
        if (this.#workers.get(deviceOf(worker)) === worker) this.#forget(deviceOf(worker));
      },
    });
  }

  /** Device workers by device. Not a copy: do not keep it over an await. */
  get workers(): ReadonlyMap<DeviceId, DeviceWorker> {
    return this.#workers;
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
      await this.#followOwnership();
      await this.#retireIdle();
      await this.#claimWanted();
    });
  }

  /** An operator changed these devices: read them now. */
  refresh(devices: readonly DeviceId[]): Promise<void> {
    const mine = devices.filter((device) => this.#workers.has(device));
    return mine.length === 0 ? Promise.resolve() : this.#inTurn(() => this.#follow(mine));
  }

  /** Cuts every session in this tick. The claims stay in Postgres, to be claimed anew by whoever may. */
  fence(): void {
    for (const [device, worker] of this.#workers) {
      worker.terminate();
      this.#forget(device);
    }
  }

  /** Starts a device worker anew, under a new epoch; `false` when it was gone by then. */
  restart(device: DeviceId): Promise<boolean> {
    return this.#inTurn(async () => {
      const worker = this.#workers.get(device);
      if (!worker || this.#releases.isLeaving(worker)) return false;
      worker.terminate();
      this.#workers.delete(device);
      for (const claim of await this.#deps.claims.claim([device])) await this.#start([claim]);
      return true;
    });
  }

  /** Finishes the sends in hand, closes the sessions and gives up every device. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#inTurn(() => this.#releases.release([...this.#workers.values()], 'stopping'));
  }

  /** Ends what is no longer owned, claims again what is owned but not running, and obeys the operator. */
  async #followOwnership(): Promise<void> {
    const owned = await this.#deps.claims.findOwned();
    const epochs = new Map(owned.map((device) => [device.deviceId, device.epoch]));
    for (const [device, worker] of this.#workers) {
      const { epoch, generation } = worker.context.claim;
      // Made before a fence, it can never pass the gate again.
      const isFenced = !this.#deps.device.heartbeat.isTrusted(generation);
      // Postgres did not answer when it was to be given up.
      const isLeftOver = worker.activity.kind === 'stopped' && !this.#releases.isLeaving(worker);
      if (epochs.get(device) !== epoch || isFenced || isLeftOver) this.#lose(device, worker);
    }
    const orphaned = owned.filter(({ deviceId }) => !this.#workers.has(deviceId));
    await this.#claim(orphaned.map(({ deviceId }) => deviceId));
    const changed = owned.filter(({ deviceId, desiredState, maySend }) => {
      const device = this.#workers.get(deviceId)?.context.device;
      if (!device) return false;
      // Until it is gone: an earlier try may have failed, or another way may have brought the news.
      if (desiredState === 'draining') return true;
      return device.desiredState !== desiredState || device.maySend !== maySend;
    });
    await this.#follow(changed.map(({ deviceId }) => deviceId));
  }

  async #follow(devices: readonly DeviceId[]): Promise<void> {
    if (devices.length === 0) return;
    const { store, readPacing } = this.#deps.device;
    const draining: DeviceWorker[] = [];
    for (const device of await store.findDevices(devices)) {
      const worker = this.#workers.get(device.deviceId);
      if (!worker) continue;
      worker.update(readPacing(device));
      if (device.desiredState === 'draining') draining.push(worker);
    }
    this.#release(draining, 'drained');
  }

  async #retireIdle(): Promise<void> {
    const { clock, store } = this.#deps.device;
    const since = clock.monotonic() - this.#deps.settings.idleTimeout;
    const quiet = [...this.#workers.values()].filter(
      ({ activity }) => activity.kind === 'idle' && activity.since <= since,
    );
    const idle = new Set(await store.findIdle(quiet.map(deviceOf), horizon));
    this.#release(
      quiet.filter((worker) => idle.has(deviceOf(worker))),
      'idle',
    );
  }

  async #claimWanted(): Promise<void> {
    const { store, clock } = this.#deps.device;
    const { capacity, stealAfter, engine } = this.#deps.settings;
    const { free, ...load } = await store.findWanted({
      steal: stealAfter,
      horizon,
      engine,
      limit: capacity,
    });
    const owned = this.#workers.size;
    if (owned >= capacity && free.length > 0) await this.#yieldIdle(free.length, clock.monotonic());
    await this.#claim(free.slice(0, claimRoom({ ...load, owned, capacity })));
  }

  /** No place is left and others wait for one: devices without work make room before their time. */
  async #yieldIdle(waiting: number, now: number): Promise<void> {
    const idle = [...this.#workers.values()]
      .filter(({ activity }) => activity.kind === 'idle' && activity.since < now - scanInterval)
      .toSorted((a, b) => a.activity.since - b.activity.since);
    const unwanted = new Set(await this.#deps.device.store.findIdle(idle.map(deviceOf), horizon));
    const victims = idle.filter((worker) => unwanted.has(deviceOf(worker))).slice(0, waiting);
    this.#release(victims, 'yielded');
  }

  /** Goes on by itself: a send in hand may take half a minute, and others wait for the next scan. */
  #release(workers: readonly DeviceWorker[], reason: ReleaseReason): void {
    this.#releases.release(workers, reason).catch((error: unknown) => {
      this.#deps.device.observe({ kind: 'problem', where: 'release', deviceId: undefined, error });
    });
  }

  async #claim(devices: readonly DeviceId[]): Promise<void> {
    if (this.#stopped || devices.length === 0) return;
    await this.#start(await this.#deps.claims.claim(devices));
  }

  /** The map's entry for each claimed device: what the original design calls GetOrCreateWorker. */
  async #start(claims: readonly Claim[]): Promise<void> {
    if (claims.length === 0) return;
    const { store, readPacing, observe } = this.#deps.device;
    const ids = claims.map(({ deviceId }) => deviceId);
    await store.adoptQueuedRows(ids);
    const found = (await store.findDevices(ids)).map(readPacing);
    const devices = new Map(found.map(({ device }) => [device.deviceId, device]));
    const pacers = await loadPacers(found, this.#deps.device);
    for (const claim of claims) {
      const device = devices.get(claim.deviceId);
      const pacer = pacers.get(claim.deviceId);
      if (!device || !pacer) continue;
      this.#getOrCreateWorker(claim, device, pacer);
      observe({
        kind: 'claim.made',
        deviceId: claim.deviceId,
        epoch: claim.epoch,
        takenFrom: claim.previousOwner,
      });
    }
  }

  #getOrCreateWorker(claim: Claim, device: Device, pacer: DevicePacer): DeviceWorker {
    const existing = this.#workers.get(claim.deviceId);
    if (existing?.context.claim.epoch === claim.epoch) return existing;
    existing?.terminate();
    const worker = new DeviceWorker({ claim, device, pacer }, this.#deps.device, {
      onLost: () => this.#lose(claim.deviceId, worker),
      onUnusable: () => this.#release([worker], 'unusable'),
    });
    this.#workers.set(claim.deviceId, worker);
    this.#deps.subscriptions.subscribe(wakeChannel(claim.deviceId), () =>
      this.#workers.get(claim.deviceId)?.wake(),
    );
    return worker;
  }

  #lose(device: DeviceId, worker: DeviceWorker): void {
    worker.terminate();
    if (this.#workers.get(device) !== worker) return;
    this.#forget(device);
    this.#deps.device.observe({ kind: 'claim.lost', deviceId: device });
  }

  #forget(device: DeviceId): void {
    this.#workers.delete(device);
    this.#deps.subscriptions.unsubscribe(wakeChannel(device));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

function deviceOf(worker: DeviceWorker): DeviceId {
  return worker.context.claim.deviceId;
}
