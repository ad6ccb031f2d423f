import type { LedgerEvent } from './ledger-event.ts';

/** Counts what needs no judging. */
export class Tally {
  readonly #messages = { accepted: 0, dropped: 0, nacked: 0 };
  #lines = 0;
  #first: number | undefined;
  #last = 0;

  get figures(): TallyFigures {
    const duration = this.#last - (this.#first ?? this.#last);
    return { ...this.#messages, lines: this.#lines, duration_ms: duration };
  }

  hear(event: LedgerEvent): void {
    this.#lines += 1;
    this.#first ??= event.t;
    this.#last = event.t;
    if (event.event === 'message') this.#messages[event.outcome] += 1;
  }
}

export interface TallyFigures {
  readonly accepted: number;
  readonly dropped: number;
  readonly nacked: number;
  readonly lines: number;
  readonly duration_ms: number;
}
