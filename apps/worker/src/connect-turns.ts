import { type Clock, durationMs } from '@dripfleet/domain';

/** Ten connects a second: more looks like an attack to the network. */
const spacing = 100;

/** Paces the connects of a process, in the order in which they were asked for. A wall clock that is set changes nothing. */
export class ConnectTurns {
  readonly #clock: Clock;
  /** Monotonic ms. */
  #nextAt = -Infinity;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when it is the caller's turn. Whoever is stopped meanwhile is let through at once and takes up no turn. */
  take(signal: AbortSignal): Promise<void> {
    this.#last = this.#last.then(() => this.#wait(signal));
    return this.#last;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const left = this.#nextAt - this.#clock.monotonic();
    if (left > 0) await this.#clock.sleep(durationMs(Math.ceil(left)), signal).catch(() => {});
    if (!signal.aborted) this.#nextAt = this.#clock.monotonic() + spacing;
  }
}
