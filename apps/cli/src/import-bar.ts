import type { ImportProgress } from '@dripfleet/operations';
import type { Cli } from './cli.ts';
import { roughly } from './times.ts';

const barWidth = 24;
/** Without a terminal: a line this often. */
const lineInterval = 5_000;

/** How far an import has come, on stderr: a bar on a terminal, a line now and then elsewhere. */
export class ImportBar {
  readonly #cli: Cli;
  readonly #isTerminal: boolean;
  readonly #startedAt = performance.now();
  #lastLineAt = this.#startedAt;
  #shown = false;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.#isTerminal = cli.runtime.stderr.isTTY && cli.options.quiet !== true;
  }

  show(progress: ImportProgress): void {
    const text = progressText(progress, performance.now() - this.#startedAt);
    if (this.#isTerminal) {
      this.#cli.runtime.stderr.write(`\r${bar(progress)} ${text}\u001B[K`);
      this.#shown = true;
    } else if (performance.now() - this.#lastLineAt >= lineInterval) {
      this.#lastLineAt = performance.now();
      this.#cli.output.say(text);
    }
  }

  /** Takes the bar away, so that what follows stands on a line of its own. */
  clear(): void {
    if (this.#shown) this.#cli.runtime.stderr.write('\r\u001B[K');
    this.#shown = false;
  }
}

function bar({ rows, totalRows }: ImportProgress): string {
  const filled = Math.round((barWidth * rows) / Math.max(1, totalRows));
  return `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`;
}

/** `1500 of 10000 rows, 4200 rows/s, 2s left, 3 rejected`. */
export function progressText(progress: ImportProgress, elapsedMs: number): string {
  const { rows, totalRows, rejected } = progress;
  const rate = rows / (Math.max(1, elapsedMs) / 1_000);
  const left = rate > 0 ? roughly(((totalRows - rows) / rate) * 1_000) : '?';
  return `${rows} of ${totalRows} rows, ${Math.round(rate)} rows/s, ${left} left, ${rejected} rejected`;
}
