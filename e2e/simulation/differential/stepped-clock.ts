import { type Clock, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';

type Sleeper = Readonly<{ wakeAt: number; wake: () => void }>;

/** Time that moves only when told, in one step: sleepers that are due wake at its end. */
export class SteppedClock implements Clock {
  #now: number;
  #monotonic = 0;
  #sleepers: readonly Sleeper[] = [];

  constructor(startedAt: number) {
    this.#now = startedAt;
  }

  now(): EpochMs {
    return epochMs(this.#now);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  async sleep(duration: DurationMs, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = {
        wakeAt: this.#monotonic + duration,
        wake: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#sleepers = [...this.#sleepers, sleeper];
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    this.advanceMonotonic(ms);
  }

  /** For those who wait, no later date. */
  advanceMonotonic(ms: number): void {
    this.#monotonic += ms;
    const due = this.#sleepers.filter(({ wakeAt }) => wakeAt <= this.#monotonic);
    this.#sleepers = this.#sleepers.filter(({ wakeAt }) => wakeAt > this.#monotonic);
    for (const { wake } of due) wake();
  }
}
