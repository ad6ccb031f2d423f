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
   * Stops the device workers side by side, then gives their devices up in one statement. Those that are leaving already
   * are only waited for. Rejects when Postgres does not answer: the device workers are stopped and still own their
   * devices.
   */
  async release(workers: readonly DeviceWorker[], reason: ReleaseReason): Promise<void> {
    const staying = workers.filter((worker) => !this.#leaving.has(worker));
    if (staying.length > 0) {
      const leaving = this.#release(staying, reason);
      for (const worker of staying) this.#leaving.set(worker, leaving);
      const over = () => {
        for (const worker of staying) this.#leaving.delete(worker);
      };
      leaving.then(over, over);
    }
    await Promise.all(workers.flatMap((worker) => this.#leaving.get(worker) ?? []));
  }

  async #release(workers: readonly DeviceWorker[], reason: ReleaseReason): Promise<void> {
    const { observe } = this.#deps.device;
    await Promise.all(workers.map((worker) => this.#stop(worker)));
    if (reason === 'drained') for (const worker of workers) await this.#empty(worker);
    await this.#deps.claims.release(workers.map(({ context }) => context.claim));
    for (const worker of workers) {
      this.#deps.onReleased(worker);
      observe({ kind: 'claim.released', deviceId: worker.context.claim.deviceId, reason });
    }
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

  /** What is queued goes back: nobody will fetch it until the operator wants the device again. */
  async #empty({ context }: DeviceWorker): Promise<void> {
    const { store, observe } = this.#deps.device;
    const { deviceId } = context.claim;
    observe({ kind: 'device.drained', deviceId, rows: await store.emptyDevice(deviceId) });
    await this.#deps.emptyQueue(deviceId).catch(() => {});
  }
}
