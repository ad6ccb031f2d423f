import { LedgerReader } from '@dripfleet/tools';

/** What the network has seen so far, read from its ledger. */
export class Progress {
  readonly #reader: LedgerReader;
  readonly #seen = new Set<string>();
  #repeats = 0;
  #connects = 0;

  constructor(ledgerFile: string) {
    this.#reader = new LedgerReader(ledgerFile);
  }

  /** Different messages accepted. */
  get sends(): number {
    return this.#seen.size;
  }

  get repeats(): number {
    return this.#repeats;
  }

  get connects(): number {
    return this.#connects;
  }

  update(): void {
    for (const { event, id = '', outcome } of this.#reader.readNew()) {
      if (event === 'connect') this.#connects += 1;
      if (event !== 'message' || outcome !== 'accepted') continue;
      if (this.#seen.has(id)) this.#repeats += 1;
      this.#seen.add(id);
    }
  }
}
