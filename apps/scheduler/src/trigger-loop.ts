import { type Clock, type DeviceId, type DurationMs, durationMs } from '@dripfleet/domain';

export type TriggerLoopDeps = Readonly<{
  clock: Clock;
  interval: DurationMs;
  shardCount: number;
  /** One pass over these shards. */
  process(shards: readonly number[]): Promise<unknown>;
  onError(error: unknown): void;
}>;

/** Nudges that come within this time share a pass: devices tend to run empty together. */
const collectFor = durationMs(20);

/** Passes over all shards every interval, and over the shards of nudged devices as soon as they are nudged. */
export class TriggerLoop {
  readonly #deps: TriggerLoopDeps;
  readonly #nudged = new Set<number>();
  #resume: (() => void) | undefined;

  constructor(deps: TriggerLoopDeps) {
    this.#deps = deps;
  }

  /** Rows of these devices may be due. */
  nudge(devices: readonly DeviceId[]): void {
    for (const device of devices) this.#nudged.add(device % this.#deps.shardCount);
    if (this.#nudged.size > 0) this.#resume?.();
  }

  /** Runs until `signal` aborts; one pass at a time. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, interval, shardCount } = this.#deps;
    const all = Array.from({ length: shardCount }, (_, shard) => shard);
    let nextFull = clock.monotonic();
    while (!signal.aborted) {
      if (clock.monotonic() >= nextFull) {
        nextFull = clock.monotonic() + interval;
        this.#nudged.clear();
        await this.#process(all);
      } else if (this.#nudged.size > 0) {
        await this.#sleep(collectFor, signal);
        const shards = [...this.#nudged];
        this.#nudged.clear();
        await this.#process(shards);
      } else await this.#untilNudged(durationMs(nextFull - clock.monotonic()), signal);
    }
  }

  async #process(shards: readonly number[]): Promise<void> {
    try {
      await this.#deps.process(shards);
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
