import { type DeviceId, durationMs, type WorkerId } from '@dripfleet/domain';
import type { Claims } from '@dripfleet/fleet';
import type { WorkerDeps } from './device-context.ts';
import type { DeviceWorker } from './device-worker.ts';
import type { ReleaseReason } from './events.ts';

export type ReleaseDeps = Readonly<{
  device: Pick<WorkerDeps, 'clock' | 'observe' | 'store'>;
  claims: Pick<Claims, 'release'>;
  /** Removes the waiting jobs of a device that nobody will fetch from; best effort, for they are stale by then. */
  emptyQueue(device: DeviceId): Promise<void>;
  /** The device is nobody's by now. */
  onReleased(worker: DeviceWorker): void;
}>;

/** A device worker that is to go, and the worker that gets its device; undefined: whoever comes. */
export type Leave = Readonly<{ worker: DeviceWorker; successor: WorkerId | undefined }>;

/** A stop in order gets so long; then the session is cut, and recovery settles what was in hand. */
const stopMax = durationMs(30_000);
/** Sessions closed together at a stop. */
const waveSize = 50;
/** A successor opens 10 sessions a second: a device given up faster than that only waits longer without an owner. */
const connectsPerSecond = 10;

/** Gives devices up in order: the send in hand finished, the session closed, and only then the claim. */
export class DeviceReleases {
  readonly #deps: ReleaseDeps;
  readonly #leaving = new Map<DeviceWorker, Promise<void>>();

  constructor(deps: ReleaseDeps) {
    this.#deps = deps;
  }

  isLeaving(worker: DeviceWorker): boolean {
    return this.#leaving.has(worker);
  }

  /**
   * Stops the device workers side by side and gives each device up as soon as it is stopped: a slow send keeps no other
   * one. Those that are leaving already are only waited for. Rejects when Postgres does not answer: such a device worker
   * is stopped and still owns its device.
   */
  async release(leaves: readonly Leave[], reason: ReleaseReason): Promise<void> {
    await Promise.all(
      leaves.map((leave) => this.#leaving.get(leave.worker) ?? this.#leave(leave, reason)),
    );
  }

  /**
   * As `release`, in waves: all end what they have in hand at once, but keep their sessions until their successors can
   * open them. `takers`: how many workers share them.
   */
  async releaseInWaves(
    leaves: readonly Leave[],
    { reason, takers }: { reason: ReleaseReason; takers: number },
  ): Promise<void> {
    for (const { worker } of leaves) worker.retire();
    const waves: Promise<void>[] = [];
    const pace = durationMs((waveSize / (connectsPerSecond * Math.max(1, takers))) * 1_000);
    for (let start = 0; start < leaves.length; start += waveSize) {
      // Nobody takes them: there is nothing to wait for.
      if (start > 0 && takers > 0) await this.#pause(pace);
      waves.push(this.release(leaves.slice(start, start + waveSize), reason));
    }
    await Promise.all(waves);
  }

  async #pause(pace: ReturnType<typeof durationMs>): Promise<void> {
    await this.#deps.device.clock.sleep(pace, new AbortController().signal);
  }

  #leave(leave: Leave, reason: ReleaseReason): Promise<void> {
    const leaving = this.#releaseOne(leave, reason).finally(() =>
      this.#leaving.delete(leave.worker),
    );
    this.#leaving.set(leave.worker, leaving);
    return leaving;
  }

  async #releaseOne({ worker, successor }: Leave, reason: ReleaseReason): Promise<void> {
    const { observe, store } = this.#deps.device;
    const { deviceId, epoch } = worker.context.claim;
    await this.#stop(worker);
    // What is queued goes back: nobody will fetch it until the operator wants the device again, or ever.
    const isEmptied = reason === 'drained' || reason === 'rollout';
    if (isEmptied) {
      observe({ kind: 'device.drained', deviceId, rows: await store.emptyDevice(deviceId) });
    }
    await this.#deps.claims.release([{ deviceId, epoch, successor }]);
    this.#deps.onReleased(worker);
    observe({ kind: 'claim.released', deviceId, reason, successor });
    if (isEmptied) await this.#deps.emptyQueue(deviceId).catch(() => {});
  }

  async #stop(worker: DeviceWorker): Promise<void> {
    const over = new AbortController();
    const late = this.#deps.device.clock.sleep(stopMax, over.signal).then(
      () => worker.terminate(),
      () => {},
    );
    await Promise.race([worker.stop(), late]);
    over.abort();
  }
}
