import { type Clock, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';

type Sleeper = Readonly<{ wakeAt: number; wake: () => void }>;

/** Time that moves only when told, in one step: sleepers that are due wake at its end. */
export class SteppedClock implements Clock {
  #now: number;
  #sleepers: readonly Sleeper[] = [];

  constructor(startedAt: number) {
    this.#now = startedAt;
  }

  now(): EpochMs {
    return epochMs(this.#now);
  }

  monotonic(): number {
    return this.#now;
  }

  async sleep(duration: DurationMs, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const sleeper = {
        wakeAt: this.#now + duration,
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
    const due = this.#sleepers.filter(({ wakeAt }) => wakeAt <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ wakeAt }) => wakeAt > this.#now);
    for (const { wake } of due) wake();
  }
}
