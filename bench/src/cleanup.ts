const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Undoes what a run has started, in reverse, whatever ends it: success, a failure, Ctrl-C or SIGTERM. */
export class Cleanup {
  readonly #steps: (() => Promise<unknown> | void)[] = [];
  readonly #aborting = new AbortController();

  /** Aborts when the run must end now. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  /** The signals that ask this process to stop abort the run, and do not end the process, until the result is called. */
  listen(): () => void {
    const stop = (signal: NodeJS.Signals) => this.abort(new Error(`stopped by ${signal}`));
    for (const signal of signals) process.on(signal, stop);
    return () => {
      for (const signal of signals) process.off(signal, stop);
    };
  }

  abort(reason: Error): void {
    this.#aborting.abort(reason);
  }

  add(step: () => Promise<unknown> | void): void {
    this.#steps.push(step);
  }

  /** Runs all steps; a failing one does not keep the others. Returns what failed. */
  async run(): Promise<readonly unknown[]> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures;
  }
}
