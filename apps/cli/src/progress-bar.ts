import type { Cli } from './cli.ts';

const barWidth = 24;
/** Without a terminal: a line this often. */
const lineInterval = 5_000;

/** How far something has come, on stderr: a bar on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  readonly #cli: Cli;
  /** Whether somebody sees a bar; else it is lines. */
  readonly isDrawn: boolean;
  #lastLineAt = performance.now();
  #shown = false;

  constructor(cli: Cli) {
    this.#cli = cli;
    this.isDrawn = cli.runtime.stderr.isTTY && cli.options.quiet !== true;
  }

  show({ done, total }: Readonly<{ done: number; total: number }>, text: string): void {
    if (this.isDrawn) {
      this.#cli.runtime.stderr.write(`\r${bar(done, total)} ${text}\u001B[K`);
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

function bar(done: number, total: number): string {
  const filled = Math.min(barWidth, Math.round((barWidth * done) / Math.max(1, total)));
  return `[${'='.repeat(filled)}${' '.repeat(barWidth - filled)}]`;
}
