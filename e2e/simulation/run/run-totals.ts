import type { Figures } from './figures.ts';
import type { RunResult } from './run-seed.ts';

/** What many runs add up to. */
export class RunTotals {
  readonly failed: RunResult[] = [];
  readonly faults = new Map<string, number>();
  readonly figures = new Map<keyof Figures, number>();
  runs = 0;

  add(result: RunResult): void {
    this.runs += 1;
    if (result.violations.length > 0) this.failed.push(result);
    for (const [kind, count] of Object.entries(result.faults)) {
      this.faults.set(kind, (this.faults.get(kind) ?? 0) + count);
    }
    for (const [name, value] of Object.entries(result.figures)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a Figures
      const key = name as keyof Figures;
      this.figures.set(key, (this.figures.get(key) ?? 0) + value);
    }
  }

  figure(name: keyof Figures): number {
    return this.figures.get(name) ?? 0;
  }
}
