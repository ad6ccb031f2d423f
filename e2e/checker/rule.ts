import type { LedgerEvent } from './ledger-event.ts';

/** One rule of the judge: hears every line in order, and at the end says what is still open. */
export interface Rule {
  hear(event: LedgerEvent): void;
  /** Called once, after the last line. */
  conclude?(): void;
}
