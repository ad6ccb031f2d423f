import { closeSync, openSync, readSync } from 'node:fs';

/** One line of the simulator's ledger, as far as the demo looks at it. */
export type LedgerLine = Readonly<{
  t: number;
  event: string;
  device?: string;
  id?: string;
  outcome?: string;
}>;

/** Reads what was appended to a ledger since the last time. */
export class LedgerReader {
  readonly #file: string;
  #offset = 0;
  #rest = '';

  constructor(file: string) {
    this.#file = file;
  }

  readNew(): readonly LedgerLine[] {
    const descriptor = openSync(this.#file, 'r');
    try {
      const buffer = Buffer.alloc(1 << 20);
      let text = this.#rest;
      for (;;) {
        const size = readSync(descriptor, buffer, 0, buffer.length, this.#offset);
        if (size === 0) break;
        this.#offset += size;
        text += buffer.toString('utf8', 0, size);
      }
      const lines = text.split('\n');
      this.#rest = lines.pop() ?? '';
      return lines.map((line) => JSON.parse(line) as LedgerLine);
    } finally {
      closeSync(descriptor);
    }
  }
}
