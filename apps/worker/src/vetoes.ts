import type { Clock, PhoneNumber } from '@dripfleet/domain';

/** Numbers at most, of those that begin knows of; the oldest is forgotten first. */
const sizeMax = 10_000;
/** Longer than a frame may still be written after its decision, 20 s (SEND_BUDGET). */
const lastsAfterStored = 60_000;

/**
 * Numbers that opted out and that begin may not know of yet. Once it does they are forgotten: an operator may let the
 * contact in again.
 */
export class Vetoes {
  readonly #clock: Clock;
  /** Until which monotonic ms. */
  readonly #until = new Map<PhoneNumber, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(phone: PhoneNumber): void {
    // Moves it to the end.
    this.#until.delete(phone);
    this.#until.set(phone, Number.POSITIVE_INFINITY);
    if (this.#until.size <= sizeMax) return;
    // Never one that is not stored yet: nothing else would stop what is being sent to it.
    for (const [oldest, until] of this.#until) {
      if (until === Number.POSITIVE_INFINITY) continue;
      this.#until.delete(oldest);
      return;
    }
  }

  /** The opt-out is stored. */
  endSoon(phone: PhoneNumber): void {
    if (this.#until.has(phone)) {
      this.#until.set(phone, this.#clock.monotonic() + lastsAfterStored);
    }
  }

  has(phone: PhoneNumber): boolean {
    const until = this.#until.get(phone);
    if (until === undefined) return false;
    if (this.#clock.monotonic() < until) return true;
    this.#until.delete(phone);
    return false;
  }
}
