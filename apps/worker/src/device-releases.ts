import { type DeviceId, durationMs } from '@dripfleet/domain';
import type { Claims } from '@dripfleet/fleet';
import type { WorkerDeps } from './device-context.ts';
import type { DeviceWorker } from './device-worker.ts';
import type { ReleaseReason } from './events.ts';

export type ReleaseDeps = Readonly<{
  device: Pick<WorkerDeps, 'clock' | 'observe' | 'store'>;
  claims: Pick<Claims, 'release'>;
  /** Removes a drained device's waiting jobs; best effort, for they are stale by then. */
  emptyQueue(device: DeviceId): Promise<void>;
  /** The device is nobody's by now. */
  onReleased(worker: DeviceWorker): void;
}>;

/** A stop in order gets so long; then the session is cut, and recovery settles what was in hand. */
const stopMax = durationMs(30_000);

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
  async release(workers: readonly DeviceWorker[], reason: ReleaseReason): Promise<void> {
    await Promise.all(
      workers.map((worker) => this.#leaving.get(worker) ?? this.#leave(worker, reason)),
    );
  }

  #leave(worker: DeviceWorker, reason: ReleaseReason): Promise<void> {
    const leaving = this.#releaseOne(worker, reason).finally(() => this.#leaving.delete(worker));
    this.#leaving.set(worker, leaving);
    return leaving;
  }

  async #releaseOne(worker: DeviceWorker, reason: ReleaseReason): Promise<void> {
    const { observe, store } = this.#deps.device;
    const { claim } = worker.context;
    const { deviceId } = claim;
    await this.#stop(worker);
    if (reason === 'drained') {
      // What is queued goes back: nobody will fetch it until the operator wants the device again.
      observe({ kind: 'device.drained', deviceId, rows: await store.emptyDevice(deviceId) });
    }
    await this.#deps.claims.release([claim]);
    this.#deps.onReleased(worker);
    observe({ kind: 'claim.released', deviceId, reason });
    if (reason === 'drained') await this.#deps.emptyQueue(deviceId).catch(() => {});
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
