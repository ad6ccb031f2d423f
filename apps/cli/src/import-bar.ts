import type { ImportProgress } from '@dripfleet/operations';
import type { Cli } from './cli.ts';
import { ProgressBar } from './progress-bar.ts';
import { roughly } from './times.ts';

/** How far an import has come. */
export class ImportBar {
  readonly #bar: ProgressBar;
  readonly #startedAt = performance.now();

  constructor(cli: Cli) {
    this.#bar = new ProgressBar(cli);
  }

  show(progress: ImportProgress): void {
    const text = progressText(progress, performance.now() - this.#startedAt);
    this.#bar.show({ done: progress.rows, total: progress.totalRows }, text);
  }

  clear(): void {
    this.#bar.clear();
  }
}

/** `1500 of 10000 rows, 4200 rows/s, 2s left, 3 rejected`. */
export function progressText(progress: ImportProgress, elapsedMs: number): string {
  const { rows, totalRows, rejected } = progress;
  const rate = rows / (Math.max(1, elapsedMs) / 1_000);
  const left = rate > 0 ? roughly(((totalRows - rows) / rate) * 1_000) : '?';
  return `${rows} of ${totalRows} rows, ${Math.round(rate)} rows/s, ${left} left, ${rejected} rejected`;
}
