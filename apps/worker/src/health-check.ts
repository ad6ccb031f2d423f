import { type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { ActivityKind } from './activity.ts';
import type { WorkerDeps } from './device-context.ts';
import type { DeviceWorker } from './device-worker.ts';

export type HealthCheckDeps = Readonly<{
  workers(): ReadonlyMap<DeviceId, DeviceWorker>;
  restart(device: DeviceId): Promise<boolean>;
  /** Leaves the device alone until an operator resumes it. */
  quarantine(device: DeviceId, reason: string): Promise<boolean>;
  device: Pick<WorkerDeps, 'clock' | 'observe' | 'store'>;
  settings: Readonly<{
    interval: DurationMs;
    /** A send waits so long for its answer by itself. */
    ackTimeout: DurationMs;
  }>;
}>;

/** States that may last: the device waits for its pace, for work, for the operator, or between two tries. */
const lasting: ReadonlySet<ActivityKind> = new Set([
  'waiting',
  'pairing',
  'idle',
  'paced',
  'paused',
  'backing_off',
  'stopped',
]);
/** How much longer than the answer's timeout anything else may take before the device worker counts as stuck. */
const slack = 60_000;

/**
 * Looks every interval for device workers that are stuck: one that has been doing the same thing for longer than
 * anything takes, or one that sits idle while rows wait for it (a wake that was lost). Each is started anew, and put in
 * quarantine when that has not helped five times in ten minutes.
 */
export class HealthCheck {
  readonly #deps: HealthCheckDeps;
  /** When each was restarted lately, monotonic ms. */
  readonly #restarts = new Map<DeviceId, readonly number[]>();

  constructor(deps: HealthCheckDeps) {
    this.#deps = deps;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, observe } = this.#deps.device;
    while (!signal.aborted) {
      await clock.sleep(this.#deps.settings.interval, signal).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.checkOnce();
      } catch (error) {
        observe({ kind: 'problem', where: 'health check', deviceId: undefined, error });
      }
    }
  }

  /** Restarts what is stuck; returns those devices. */
  async checkOnce(): Promise<readonly DeviceId[]> {
    const stuck = new Map<DeviceId, string>();
    for (const [device, worker] of this.#deps.workers()) {
      const reason = this.#stuckReason(worker);
      if (reason) stuck.set(device, reason);
    }
    const { interval } = this.#deps.settings;
    for (const { deviceId, queued } of await this.#deps.device.store.findQuiet(interval)) {
      const worker = this.#deps.workers().get(deviceId);
      if (worker?.activity.kind === 'idle' && this.#age(worker) >= interval) {
        stuck.set(deviceId, `idle while ${queued} rows are queued`);
      }
    }
    const restarted: DeviceId[] = [];
    for (const [device, reason] of stuck)
      if (await this.#restart(device, reason)) restarted.push(device);
    return restarted;
  }

  #stuckReason(worker: DeviceWorker): string | undefined {
    const { kind } = worker.activity;
    const age = this.#age(worker);
    if (lasting.has(kind) || age < this.#deps.settings.ackTimeout + slack) return undefined;
    return `${kind} for ${Math.round(age / 1_000)} s`;
  }

  async #restart(device: DeviceId, reason: string): Promise<boolean> {
    const { clock, observe } = this.#deps.device;
    const now = clock.monotonic();
    const recent = (this.#restarts.get(device) ?? []).filter((at) => now - at < quarantineWindow);
    const last = recent.at(-1);
    if (last !== undefined && now - last < this.#pause(recent.length)) return false;
    if (recent.length >= restartsMax) {
      this.#restarts.delete(device);
      const why = `started anew ${restartsMax} times in ten minutes and stuck again: ${reason}`;
      observe({ kind: 'device.quarantined', deviceId: device, reason: why });
      await this.#deps.quarantine(device, why);
      return false;
    }
    this.#restarts.set(device, [...recent, now]);
    observe({ kind: 'device.restarted', deviceId: device, reason });
    return await this.#deps.restart(device);
  }

  /** The more restarts, the longer until the next; never so long that the fifth would fall out of the window. */
  #pause(restarts: number): number {
    const { interval } = this.#deps.settings;
    return Math.min(interval * 2 ** (restarts - 1), quarantineWindow / (restartsMax + 1));
  }

  #age(worker: DeviceWorker): number {
    return this.#deps.device.clock.monotonic() - worker.activity.since;
  }
}

const quarantineWindow = durationMs(10 * 60_000);
const restartsMax = 5;
