import { LedgerReader } from '@dripfleet/tools';

import type { LedgerEntry } from './ledger-entry.ts';

/** What the network has seen so far. */
export class LedgerWatch {
  readonly #reader: LedgerReader;
  readonly #entries: LedgerEntry[] = [];

  constructor(file: string) {
    this.#reader = new LedgerReader(file);
  }

  /** All of it, up to now. */
  read(): readonly LedgerEntry[] {
    // The reader parses whole lines; its type names only some of their fields.
    for (const line of this.#reader.readNew()) this.#entries.push(line);
    return this.#entries;
  }
}
