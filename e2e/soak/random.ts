/**
 * A small random source that a seed repeats exactly: mulberry32, 32 bits of state, public domain (Tommy Ettinger).
 * Good enough to choose faults by; not for secrets.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Undefined of an empty list. */
  pick<T>(from: readonly T[]): T | undefined {
    return from[this.between(0, from.length - 1)];
  }

  /** Some of them, in random order; all when there are fewer. */
  some<T>(from: readonly T[], count: number): readonly T[] {
    return this.shuffled(from).slice(0, count);
  }

  shuffled<T>(from: readonly T[]): readonly T[] {
    const left = [...from];
    return from.flatMap(() => left.splice(this.between(0, left.length - 1), 1));
  }

  /** A source of its own, so that what one part draws does not move what another draws. */
  fork(): Random {
    return new Random(this.between(0, 2 ** 32 - 1));
  }
}
