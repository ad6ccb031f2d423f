import { type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { ActivityKind } from './activity.ts';
import type { WorkerDeps } from './device-context.ts';
import type { DeviceWorker } from './device-worker.ts';

export type HealthCheckDeps = Readonly<{
  workers(): ReadonlyMap<DeviceId, DeviceWorker>;
  restart(device: DeviceId): Promise<boolean>;
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
 * anything takes, or one that sits idle while rows wait for it (a wake that was lost). Each is started anew.
 */
export class HealthCheck {
  readonly #deps: HealthCheckDeps;
  /** Restarts in a row, and when the last was: the next is put off for twice as long. */
  readonly #restarts = new Map<DeviceId, { count: number; at: number }>();

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
    const before = this.#restarts.get(device);
    const recent = before && now - before.at < backoffReset ? before : undefined;
    if (recent && now - recent.at < this.#deps.settings.interval * 2 ** (recent.count - 1))
      return false;
    this.#restarts.set(device, { count: (recent?.count ?? 0) + 1, at: now });
    observe({ kind: 'device.restarted', deviceId: device, reason });
    return await this.#deps.restart(device);
  }

  #age(worker: DeviceWorker): number {
    return this.#deps.device.clock.monotonic() - worker.activity.since;
  }
}

/** A device that went well for so long starts counting anew. */
const backoffReset = durationMs(10 * 60_000);
