import { type DeviceId, type DurationMs, type OwnLoad } from '@dripfleet/domain';
import { DeviceReleases, type Leave, type ReleaseDeps } from './device-releases.ts';
import type { DeviceWorker } from './device-worker.ts';
import type { ReleaseReason } from './events.ts';
import { HandOff, type HandOffDeps } from './hand-off.ts';

export type DeparturesDeps = ReleaseDeps &
  Readonly<{
    findPeers: HandOffDeps['findPeers'];
    /** Device workers by device, as they are at the moment. */
    workers(): ReadonlyMap<DeviceId, DeviceWorker>;
    own: HandOffDeps['own'] & Readonly<{ idleTimeout: DurationMs }>;
    /** Something due within this time makes a device wanted. */
    horizon: DurationMs;
  }>;

/** Quiet for so long before a device makes room for others, ms: what has just come is not sent away again. */
const calmBeforeYield = 3_000;

/** Decides which device workers leave this process: idle ones, those that are too many, all of them. Lets them go. */
export class Departures {
  readonly #deps: DeparturesDeps;
  readonly #releases: DeviceReleases;
  readonly #handOff: HandOff;

  constructor(deps: DeparturesDeps) {
    this.#deps = deps;
    this.#releases = new DeviceReleases(deps);
    this.#handOff = new HandOff({ ...deps, ...deps.device });
  }

  isLeaving(worker: DeviceWorker): boolean {
    return this.#releases.isLeaving(worker);
  }

  /** Goes on by itself: a send in hand may take half a minute, and others wait for the next scan. */
  release(workers: readonly DeviceWorker[], reason: ReleaseReason): void {
    this.#track(this.#releases.release(workers.map(toWhoeverComes), reason));
  }

  /** Those that have had nothing to do for the idle timeout. */
  async retireIdle(): Promise<void> {
    const { device, own } = this.#deps;
    const idle = await this.#findIdle(device.clock.monotonic() - own.idleTimeout);
    this.release(idle, 'idle');
  }

  /** No place is left and others wait for one: devices without work make room before their time. */
  async yieldIdle(waiting: number): Promise<void> {
    const idle = await this.#findIdle(this.#deps.device.clock.monotonic() - calmBeforeYield);
    this.release(idle.slice(0, waiting), 'yielded');
  }

  /** Gives one device to a worker that has fewer. */
  async shed(load: OwnLoad): Promise<void> {
    const staying = this.#all().filter((worker) => !this.isLeaving(worker));
    const leave = await this.#handOff.findShed(load, staying);
    if (leave) this.#track(this.#releases.release([leave], 'shed'));
  }

  /**
   * Redis has been away from this worker for long. Is it there for another, that one gets the devices; is it away for all
   * of them, nothing is gained by moving. True when it gave them up.
   */
  async leaveCutOff(): Promise<boolean> {
    const { leaves, takers } = await this.#handOff.planAll(this.#all());
    if (takers === 0) return false;
    this.#track(this.#releases.releaseInWaves(leaves, { reason: 'cut_off', takers }));
    return true;
  }

  /** Finishes the sends in hand, closes the sessions and gives up every device. */
  async leaveAll(): Promise<void> {
    const workers = this.#all();
    // Without Postgres there is nobody to hand anything to; the claims run out by themselves.
    const { leaves, takers } = await this.#handOff
      .planAll(workers)
      .catch(() => ({ leaves: workers.map(toWhoeverComes), takers: 0 }));
    await this.#releases.releaseInWaves(leaves, { reason: 'stopping', takers });
  }

  #all(): readonly DeviceWorker[] {
    return [...this.#deps.workers().values()];
  }

  /** Idle since then, monotonic ms, or before, and without anything to do soon: the longest idle first. */
  async #findIdle(since: number): Promise<readonly DeviceWorker[]> {
    const quiet = this.#all()
      .filter(({ activity }) => activity.kind === 'idle' && activity.since <= since)
      .toSorted((a, b) => a.activity.since - b.activity.since);
    const { store } = this.#deps.device;
    const unwanted = new Set(await store.findIdle(quiet.map(deviceOf), this.#deps.horizon));
    return quiet.filter((worker) => unwanted.has(deviceOf(worker)));
  }

  #track(releasing: Promise<void>): void {
    releasing.catch((error: unknown) => {
      this.#deps.device.observe({ kind: 'problem', where: 'release', deviceId: undefined, error });
    });
  }
}

function toWhoeverComes(worker: DeviceWorker): Leave {
  return { worker, successor: undefined };
}

function deviceOf(worker: DeviceWorker): DeviceId {
  return worker.context.claim.deviceId;
}
