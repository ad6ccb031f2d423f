/**
 * Keeps a row that processes may die of apart from all others: while it is in hand, nothing else is, so that a death is
 * its own and takes nobody with it. Turns are given in the order in which they were asked for.
 */
export class Isolation {
  /** Works under way; `alone` is one by itself. */
  #underway = 0;
  #isAlone = false;
  readonly #waiting: { alone: boolean; start: () => void }[] = [];

  /** Runs `work` beside others, but never beside one that must be alone. */
  among<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#run(work, false);
  }

  /** Runs `work` when nothing else is under way, and lets nothing else begin meanwhile. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#run(work, true);
  }

  async #run<Result>(work: () => Promise<Result>, alone: boolean): Promise<Result> {
    // Whoever comes while somebody waits queues up behind, or one that must be alone would wait for ever.
    if (this.#waiting.length > 0 || !this.#mayStart(alone)) {
      await new Promise<void>((start) => this.#waiting.push({ alone, start }));
    } else this.#enter(alone);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #mayStart(alone: boolean): boolean {
    return alone ? this.#underway === 0 : !this.#isAlone;
  }

  #enter(alone: boolean): void {
    this.#underway += 1;
    this.#isAlone = alone;
  }

  #leave(): void {
    this.#underway -= 1;
    if (this.#underway === 0) this.#isAlone = false;
    for (let next = this.#waiting[0]; next && this.#mayStart(next.alone); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#enter(next.alone);
      next.start();
    }
  }
}
