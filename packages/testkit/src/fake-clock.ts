import { setImmediate as nextTurn } from 'node:timers/promises';

import { type Clock, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';

type Sleeper = Readonly<{ wakeAt: number; wake: () => void }>;

/**
 * Time that moves only when a test says so. Starts at 2026-01-05T09:00Z, a Monday morning, unless told otherwise.
 */
export class FakeClock implements Clock {
  readonly #startedAt: number;
  #elapsed = 0;
  /** By instant of waking; equal ones in the order in which they fell asleep. */
  #sleepers: Sleeper[] = [];
  #watchers: Readonly<{ count: number; notify: () => void }>[] = [];

  constructor(startedAt: EpochMs = epochMs(Date.UTC(2026, 0, 5, 9))) {
    this.#startedAt = startedAt;
  }

  now(): EpochMs {
    return epochMs(this.#startedAt + this.#elapsed);
  }

  /** Milliseconds since the clock was made. */
  monotonic(): number {
    return this.#elapsed;
  }

  /** How many wait in `sleep`. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  async sleep(duration: DurationMs, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      };
      const sleeper: Sleeper = {
        wakeAt: this.#elapsed + Math.max(duration, 0),
        wake: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#add(sleeper);
    });
  }

  /**
   * Moves time on and wakes the sleepers that are due, in order, each at its own instant. Before the next one wakes,
   * the code of the last may run and sleep again within the same advance; what waits for real IO is not waited for.
   */
  async advance(duration: number): Promise<void> {
    const end = this.#elapsed + duration;
    await nextTurn();
    for (let due = this.#takeDue(end); due !== undefined; due = this.#takeDue(end)) {
      this.#elapsed = due.wakeAt;
      due.wake();
      await nextTurn();
    }
    this.#elapsed = end;
  }

  /** Resolves as soon as `count` or more wait in `sleep`: the event to await before advancing. */
  async untilSleeping(count = 1): Promise<void> {
    if (this.sleeping >= count) return;
    await new Promise<void>((notify) => this.#watchers.push({ count, notify }));
  }

  #add(sleeper: Sleeper): void {
    const place = this.#sleepers.findLastIndex(({ wakeAt }) => wakeAt <= sleeper.wakeAt) + 1;
    this.#sleepers.splice(place, 0, sleeper);
    const reached = this.#watchers.filter(({ count }) => this.sleeping >= count);
    this.#watchers = this.#watchers.filter((watcher) => !reached.includes(watcher));
    for (const { notify } of reached) notify();
  }

  #takeDue(end: number): Sleeper | undefined {
    const first = this.#sleepers[0];
    return first !== undefined && first.wakeAt <= end ? this.#sleepers.shift() : undefined;
  }
}
