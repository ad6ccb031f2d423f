import type { Clock, DurationMs } from '@dripfleet/domain';

/** Lets one loop wait for something to happen; what happens while it isn't waiting is not lost. */
export class Wakeup {
  #pending = false;
  #resume: (() => void) | undefined;

  wake(): void {
    this.#pending = true;
    this.#resume?.();
  }

  /** Resolves at the next wake, at once when there was one since the last wait, or when `signal` aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    await this.#wait(signal, () => {});
  }

  /** Like `wait`, but for `duration` at most. */
  async waitFor(
    duration: DurationMs,
    { clock, signal }: { clock: Clock; signal: AbortSignal },
  ): Promise<void> {
    const over = new AbortController();
    await this.#wait(signal, (resume) => {
      clock.sleep(duration, AbortSignal.any([signal, over.signal])).then(resume, () => {});
    });
    over.abort();
  }

  async #wait(signal: AbortSignal, alongside: (resume: () => void) => void): Promise<void> {
    if (!this.#pending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const resume = () => {
          signal.removeEventListener('abort', resume);
          resolve();
        };
        this.#resume = resume;
        signal.addEventListener('abort', resume);
        alongside(resume);
      });
      this.#resume = undefined;
    }
    this.#pending = false;
  }
}
