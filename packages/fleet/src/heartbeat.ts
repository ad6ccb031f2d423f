import { type Clock, type DurationMs, durationMs } from '@dripfleet/domain';

export type HeartbeatPolicy = Readonly<{
  interval: DurationMs;
  /** Without a successful heartbeat for so long, nothing may be written to a socket. */
  fenceAfter: DurationMs;
  /** Others take over after so long. `fenceAfter` + 10 s at most. */
  stealAfter: DurationMs;
}>;

export type HeartbeatDeps = Readonly<{
  clock: Clock;
  policy: HeartbeatPolicy;
  /** Tells Postgres that this worker lives; throws when it could not. */
  beat(): Promise<void>;
  /** Ends every session at once. Called before the next generation is trusted. */
  fence(reason: 'no_heartbeat' | 'late_heartbeat'): void;
}>;

const retryPause = 500;
/** Wall and monotonic clock may drift apart by so much; more means that the machine was suspended or its clock set. */
const skewMax = 2_000;

/**
 * The worker's licence to act: it lasts `fenceAfter` from the moment at which the last successful heartbeat was sent.
 *
 * A passed deadline is never revived. When it passes, or a heartbeat's answer comes after it, everything is fenced
 * first and a new generation begins; what was started under an older one can no longer pass the gate.
 */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #generation = 1;
  /** Monotonic ms; undefined before the first heartbeat and after a fence. */
  #deadline: number | undefined;
  #lastSent: number | undefined;
  #streakSince: number | undefined;
  #skewBase = { wall: 0, monotonic: 0 };

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Whether this worker may write to sockets and decide, under what was begun in `generation`. Synchronous and cheap. */
  isTrusted(generation: number): boolean {
    const { clock } = this.#deps;
    const monotonic = clock.monotonic();
    if (
      this.#deadline === undefined ||
      generation !== this.#generation ||
      monotonic >= this.#deadline
    ) {
      return false;
    }
    const walked = clock.now() - this.#skewBase.wall;
    return Math.abs(walked - (monotonic - this.#skewBase.monotonic)) <= skewMax;
  }

  /** Whether its own heartbeats went on without a gap for `stealAfter`: only then does another's silence mean death. */
  get maySteal(): boolean {
    return (
      this.#streakSince !== undefined &&
      this.#lastSent !== undefined &&
      this.#lastSent - this.#streakSince >= this.#deps.policy.stealAfter
    );
  }

  /** One heartbeat. True when it succeeded. */
  async beatOnce(): Promise<boolean> {
    const { clock, policy } = this.#deps;
    const sent = clock.monotonic();
    const wall = clock.now();
    try {
      await this.#deps.beat();
    } catch {
      return false;
    }
    // The deadline passed while the answer was on its way: nothing that relied on it may go on.
    if (this.#deadline !== undefined && this.#elapsed() >= policy.fenceAfter) {
      this.#fence('late_heartbeat');
    }
    const gap =
      this.#lastSent === undefined
        ? Infinity
        : Math.max(sent - this.#lastSent, wall - this.#skewBase.wall);
    if (this.#streakSince === undefined || gap > 2 * policy.interval) this.#streakSince = sent;
    this.#lastSent = sent;
    this.#deadline = sent + policy.fenceAfter;
    this.#skewBase = { wall, monotonic: sent };
    return true;
  }

  /**
   * Since the last successful heartbeat was sent. A suspended machine's monotonic clock stands still, so the wall clock's
   * word counts if it is more; a wall clock that was set forward costs a fence at worst.
   */
  #elapsed(): number {
    const { clock } = this.#deps;
    const { wall, monotonic } = this.#skewBase;
    return Math.max(clock.monotonic() - monotonic, clock.now() - wall);
  }

  /** Beats every interval and watches the deadline in between, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#keepBeating(signal), this.#watchDeadline(signal)]);
  }

  async #keepBeating(signal: AbortSignal): Promise<void> {
    const { interval } = this.#deps.policy;
    let pause: DurationMs = interval;
    // One that failed is repeated soon: a single swallowed answer must not use up the time until the fence.
    while (await this.#slept(pause, signal)) {
      pause = (await this.beatOnce()) ? interval : durationMs(Math.min(interval, retryPause));
    }
  }

  async #watchDeadline(signal: AbortSignal): Promise<void> {
    const { clock, policy } = this.#deps;
    let pause: DurationMs = policy.interval;
    while (await this.#slept(pause, signal)) {
      const left =
        this.#deadline === undefined ? policy.interval : this.#deadline - clock.monotonic();
      if (left <= 0) this.#fence('no_heartbeat');
      pause = durationMs(left > 0 ? Math.ceil(left) : policy.interval);
    }
  }

  async #slept(pause: DurationMs, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#deps.clock.sleep(pause, signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  #fence(reason: 'no_heartbeat' | 'late_heartbeat'): void {
    this.#generation += 1;
    this.#deadline = undefined;
    this.#deps.fence(reason);
  }
}
