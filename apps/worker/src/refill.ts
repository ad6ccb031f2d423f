import type { SendOutcome } from './send-delivery.ts';

/**
 * Whether a queue that has run empty is worth a nudge: its device may have more that is due than its queue holds, or a step
 * that follows at once. A lone job tells of neither; what else falls due is found by the scheduler's interval.
 */
export class Refill {
  #jobs = 0;
  #isDueAgain = false;

  worked(outcome: SendOutcome): void {
    this.#jobs += 1;
    if (outcome.kind === 'done' && outcome.isDueAgain) this.#isDueAgain = true;
  }

  /** Asked when the queue is empty; forgets what it knew. */
  takeNeed(): boolean {
    const isNeeded = this.#jobs > 1 || this.#isDueAgain;
    this.#jobs = 0;
    this.#isDueAgain = false;
    return isNeeded;
  }
}
