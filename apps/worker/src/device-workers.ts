import type { DeviceId } from '@dripfleet/domain';
import type { Claim, Subscriptions } from '@dripfleet/fleet';
import { wakeChannel } from '@dripfleet/queue';
import type { DeviceContext, WorkerDeps } from './device-context.ts';
import { DeviceWorker } from './device-worker.ts';
import { loadPacers } from './load-pacers.ts';

export type DeviceWorkersDeps = Readonly<{
  device: WorkerDeps;
  /** For the wake channel of each device. */
  subscriptions: Pick<Subscriptions, 'subscribe' | 'unsubscribe'>;
  /** Nothing can be sent until an operator acts: the device may be given up. */
  onUnusable(worker: DeviceWorker): void;
}>;

/** The device workers of a process by their devices: made when a device is claimed, gone when it is lost or given up. */
export class DeviceWorkers {
  readonly #deps: DeviceWorkersDeps;
  readonly #byDevice = new Map<DeviceId, DeviceWorker>();

  constructor(deps: DeviceWorkersDeps) {
    this.#deps = deps;
  }

  /** Not a copy: do not keep it over an await. */
  get all(): ReadonlyMap<DeviceId, DeviceWorker> {
    return this.#byDevice;
  }

  /** Starts a device worker for each claim, with all that it must know of its device. */
  async start(claims: readonly Claim[]): Promise<void> {
    if (claims.length === 0) return;
    const { store, readPacing, observe } = this.#deps.device;
    const ids = claims.map(({ deviceId }) => deviceId);
    await store.adoptQueuedRows(ids);
    const found = (await store.findDevices(ids)).map(readPacing);
    const devices = new Map(found.map(({ device }) => [device.deviceId, device]));
    const pacers = await loadPacers(found, this.#deps.device);
    for (const claim of claims) {
      const { deviceId, epoch, previousOwner: takenFrom } = claim;
      const device = devices.get(deviceId);
      const pacer = pacers.get(deviceId);
      if (!device || !pacer) continue;
      this.#getOrCreateWorker({ claim, device, pacer });
      observe({ kind: 'claim.made', deviceId, epoch, takenFrom });
    }
  }

  /** Another worker owns its device: it ends in this tick. */
  lose(worker: DeviceWorker): void {
    worker.terminate();
    const { deviceId } = worker.context.claim;
    if (this.remove(worker)) this.#deps.device.observe({ kind: 'claim.lost', deviceId });
  }

  /** Forgets it; false when another has taken its place meanwhile, as after a fence. */
  remove(worker: DeviceWorker): boolean {
    const { deviceId } = worker.context.claim;
    if (this.#byDevice.get(deviceId) !== worker) return false;
    this.#byDevice.delete(deviceId);
    this.#deps.subscriptions.unsubscribe(wakeChannel(deviceId));
    return true;
  }

  /** The map's entry for a claimed device: what the original design calls GetOrCreateWorker. */
  #getOrCreateWorker(context: DeviceContext): DeviceWorker {
    const { deviceId, epoch } = context.claim;
    const existing = this.#byDevice.get(deviceId);
    if (existing?.context.claim.epoch === epoch) return existing;
    existing?.terminate();
    const worker = new DeviceWorker(context, this.#deps.device, {
      onLost: () => this.lose(worker),
      onUnusable: () => this.#deps.onUnusable(worker),
    });
    this.#byDevice.set(deviceId, worker);
    this.#deps.subscriptions.subscribe(wakeChannel(deviceId), () =>
      this.#byDevice.get(deviceId)?.wake(),
    );
    return worker;
  }
}
