/** Undoes what a run has started, in reverse, whatever ends it: success, a failure, Ctrl-C or SIGTERM. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown> | void)[] = [];
  readonly #aborting = new AbortController();
  /** Resolves when the person or the system asks to stop. */
  readonly stopped: Promise<void>;

  constructor() {
    this.stopped = new Promise((resolve) => {
      this.#aborting.signal.addEventListener('abort', () => resolve());
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => this.abort(new Error(`stopped by ${signal}`)));
    }
  }

  /** Aborts when the run must end now. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  abort(reason: Error): void {
    this.#aborting.abort(reason);
  }

  add(step: () => Promise<unknown> | void): void {
    this.#steps.push(step);
  }

  /** Runs all steps; a failing one does not keep the others. */
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        console.error(`clean-up: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
