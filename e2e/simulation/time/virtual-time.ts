import { type Clock, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import { EventHeap, type TimedEvent } from './event-heap.ts';
import { countImmediates, takeBreath, whenSettled } from './settle.ts';

/** 2026-01-05T09:00Z, a Monday morning. */
const startedAt = Date.UTC(2026, 0, 5, 9);
/** Events between two looks of the thread at anything else. */
const breathEvery = 5_000;

/**
 * The time of one run, the true one: the servers' clocks go by it. It moves from event to event, and on only when all that
 * an event set off has come to rest.
 */
export class VirtualTime {
  readonly #heap = new EventHeap();
  #now = 0;
  #events = 0;
  #isOver = false;

  constructor() {
    countImmediates();
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return this.#now;
  }

  /** How many events there were. */
  get events(): number {
    return this.#events;
  }

  /** Postgres' and the network's clock. */
  readonly clock: Clock = {
    now: (): EpochMs => epochMs(startedAt + Math.floor(this.#now)),
    monotonic: () => this.#now,
    sleep: async (duration: DurationMs, signal: AbortSignal) => {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const wake = this.after(duration, resolve);
        signal.addEventListener(
          'abort',
          () => {
            if (wake.run === undefined) return;
            wake.run = undefined;
            reject(signal.reason as Error);
          },
          { once: true },
        );
      });
    },
  };

  /** Set `run` of the answer to undefined to call it off. */
  after(duration: number, run: () => void): TimedEvent {
    return this.#heap.add(this.#now + Math.max(0, duration), run);
  }

  /** Goes on until `until`, the run's ms, or until `isDone`, asked after each event, says so. */
  async run(until: number, isDone: () => boolean = () => false): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const step = () => {
        try {
          if (this.#isOver || isDone() || !this.#runNext(until)) return resolve();
        } catch (error) {
          return reject(error);
        }
        if (this.#events % breathEvery === 0) takeBreath(() => whenSettled(step));
        else whenSettled(step);
      };
      whenSettled(step);
    });
  }

  /** Nothing happens any more. */
  end(): void {
    this.#isOver = true;
    this.#heap.clear();
  }

  #runNext(until: number): boolean {
    for (;;) {
      const { next } = this.#heap;
      if (!next || next.at > until) {
        this.#now = until;
        return false;
      }
      this.#heap.take();
      const { run } = next;
      if (run === undefined) continue;
      next.run = undefined;
      this.#now = next.at;
      this.#events += 1;
      run();
      return true;
    }
  }
}
