import { type Clock, type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';
import type { Reach } from '@dripfleet/store';

export type TriggerLoopDeps = Readonly<{
  clock: Clock;
  interval: DurationMs;
  /** One pass over these devices. */
  process(reach: Reach): Promise<unknown>;
  onError(error: unknown): void;
}>;

/** Between the beginnings of two passes: nudges that come within this time share one. The first waits for nothing. */
const spacing = durationMs(5);

/** Passes over all devices every interval, and over nudged devices as soon as they are nudged. */
export class TriggerLoop {
  readonly #deps: TriggerLoopDeps;
  readonly #nudged = new Set<DeviceId>();
  #resume: (() => void) | undefined;
  #lastBegan = Number.NEGATIVE_INFINITY;

  constructor(deps: TriggerLoopDeps) {
    this.#deps = deps;
  }

  /** Rows of these devices may be due. */
  nudge(devices: readonly DeviceId[]): void {
    for (const device of devices) this.#nudged.add(device);
    if (this.#nudged.size > 0) this.#resume?.();
  }

  /** Runs until `signal` aborts; one pass at a time. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, interval } = this.#deps;
    let nextFull = clock.monotonic();
    while (!signal.aborted) {
      if (clock.monotonic() >= nextFull) {
        nextFull = clock.monotonic() + interval;
        // Who was nudged has a pass of its own after it: a replica that this one goes by may not have heard of it yet.
        await this.#process('all');
      } else if (this.#nudged.size > 0) {
        const rest = this.#lastBegan + spacing - clock.monotonic();
        if (rest > 0) await this.#sleep(durationMs(rest), signal);
        const devices = [...this.#nudged];
        this.#nudged.clear();
        await this.#process(devices);
      } else await this.#untilNudged(durationMs(nextFull - clock.monotonic()), signal);
    }
  }

  async #process(reach: Reach): Promise<void> {
    this.#lastBegan = this.#deps.clock.monotonic();
    try {
      await this.#deps.process(reach);
    } catch (error) {
      this.#deps.onError(error);
    }
  }

  async #untilNudged(duration: DurationMs, signal: AbortSignal): Promise<void> {
    const nudged = new AbortController();
    this.#resume = () => nudged.abort();
    await this.#sleep(duration, AbortSignal.any([signal, nudged.signal]));
    this.#resume = undefined;
  }

  async #sleep(duration: DurationMs, signal: AbortSignal): Promise<void> {
    await this.#deps.clock.sleep(duration, signal).catch(() => {});
  }
}
