/** Does tasks one after the other, in the order they were given; one that fails is reported and the next one begins. */
export class OneByOne {
  readonly #onFailure: () => void;
  #last: Promise<void> = Promise.resolve();

  constructor(onFailure: () => void) {
    this.#onFailure = onFailure;
  }

  add(task: () => Promise<void> | void): void {
    this.#last = this.#run(this.#last, task);
  }

  async #run(before: Promise<void>, task: () => Promise<void> | void): Promise<void> {
    await before;
    try {
      await task();
    } catch {
      this.#onFailure();
    }
  }
}
