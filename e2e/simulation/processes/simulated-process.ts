import { type Clock, type DurationMs, type EpochMs, epochMs } from '@dripfleet/domain';
import type { Random } from '../time/random.ts';
import type { TimedEvent } from '../time/event-heap.ts';
import type { VirtualTime } from '../time/virtual-time.ts';

/** A timer of a process, by the process' monotonic clock. `run` undefined: it was called off, or has run. */
type Timer = { readonly due: number; run: (() => void) | undefined; event: TimedEvent | undefined };

/** Calls a timer off; nothing happens when it has run. */
export type CallOff = () => void;

/** Runs for `running`; while `stopped` nothing of it runs and all that comes waits; `dead` is for ever. */
export type ProcessState = 'running' | 'stopped' | 'dead';

export type ProcessKind = 'worker' | 'scheduler' | 'operator';

/**
 * One process, as its host sees it: everything that would call into it, timers, answers and what it is told, goes through
 * here, so that it can be stopped (SIGSTOP), suspended with its machine, given another wall clock, or killed.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly #time: VirtualTime;
  readonly #random: Random;
  #state: ProcessState = 'running';
  /** True ms by which its monotonic clock is behind: as long as its machine was suspended. */
  #behind = 0;
  #suspendedAt: number | undefined;
  #wallOffset: number;
  #timersHeld: Timer[] = [];
  #callsHeld: (() => void)[] = [];
  readonly #onDeath: (() => void)[] = [];
  /** True ms: since when it has been running without a break, and when its machine was last resumed. */
  runningSince: number;
  resumedAt = -Infinity;

  constructor(
    name: string,
    kind: ProcessKind,
    { time, random }: { time: VirtualTime; random: Random },
  ) {
    this.name = name;
    this.kind = kind;
    this.#time = time;
    this.#random = random;
    // Its host's clock was never right, and never mattered.
    this.#wallOffset = Math.round(random.between(-30_000, 30_000));
    this.runningSince = time.now;
  }

  get state(): ProcessState {
    return this.#state;
  }

  readonly clock: Clock = {
    now: (): EpochMs => epochMs(this.#time.clock.now() + this.#wallOffset),
    monotonic: () => this.#time.now - this.#behind,
    sleep: async (duration: DurationMs, signal: AbortSignal) => {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const abort = () => {
          callOff();
          reject(signal.reason as Error);
        };
        const callOff = this.after(duration, () => {
          signal.removeEventListener('abort', abort);
          resolve();
        });
        signal.addEventListener('abort', abort, { once: true });
      });
    },
  };

  /** Runs in the process after so long by its monotonic clock. */
  after(duration: number, run: () => void): CallOff {
    const due = this.clock.monotonic() + Math.max(0, duration);
    const timer: Timer = { due, run, event: undefined };
    this.#arm(timer);
    return () => {
      timer.run = undefined;
      if (timer.event) timer.event.run = undefined;
    };
  }

  /** Something from outside calls into the process: now, when it runs again, or never. */
  call(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'stopped') this.#callsHeld.push(run);
  }

  /** `run` is called when it is killed: its host closes what it had open. */
  onDeath(run: () => void): void {
    this.#onDeath.push(run);
  }

  /** `suspended`: with its machine, so that its monotonic clock stops as well. */
  stop(how: 'stopped' | 'suspended'): void {
    if (this.#state !== 'running') return;
    this.#state = 'stopped';
    if (how === 'suspended') this.#suspendedAt = this.#time.now;
  }

  resume(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'running';
    this.runningSince = this.#time.now;
    if (this.#suspendedAt !== undefined) {
      this.#behind += this.#time.now - this.#suspendedAt;
      this.#suspendedAt = undefined;
      this.resumedAt = this.#time.now;
    }
    const timers = this.#timersHeld.toSorted((a, b) => a.due - b.due);
    const calls = this.#callsHeld;
    this.#timersHeld = [];
    this.#callsHeld = [];
    const asTimers = timers.map((timer) => () => this.#fire(timer));
    const asCalls = calls.map((run) => () => this.call(run));
    // An event loop that was held up finds both; which it takes first is chance.
    const both = this.#random.chance(0.5) ? [...asTimers, ...asCalls] : [...asCalls, ...asTimers];
    for (const run of both) this.#time.after(0, run);
  }

  /** Nothing of it runs ever again; what it waits for never comes. */
  kill(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    this.#timersHeld = [];
    this.#callsHeld = [];
    for (const told of this.#onDeath) told();
  }

  jumpWallClock(by: number): void {
    this.#wallOffset += Math.round(by);
  }

  #arm(timer: Timer): void {
    const wait = timer.due - this.clock.monotonic();
    timer.event = this.#time.after(wait, () => this.#fire(timer));
  }

  #fire(timer: Timer): void {
    if (timer.run === undefined || this.#state === 'dead') return;
    if (this.#state === 'stopped') this.#timersHeld.push(timer);
    // Its machine was suspended meanwhile. Less than what the arithmetic rounds off is not early.
    else if (this.clock.monotonic() + 1e-6 < timer.due) this.#arm(timer);
    else {
      const { run } = timer;
      timer.run = undefined;
      run();
    }
  }
}

/** What a dead process waits for. */
export function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
