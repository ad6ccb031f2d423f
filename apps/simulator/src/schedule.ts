/** What happens later, so that it can be called off as a whole when the network stops. */
export class Schedule {
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  /** Runs `task` after `ms`, at once for 0. Does nothing after `close`. */
  after(ms: number, task: () => void): void {
    if (this.#closed) return;
    if (ms <= 0) {
      task();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      task();
    }, ms);
    this.#timers.add(timer);
  }

  /** Calls off everything that waits. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
