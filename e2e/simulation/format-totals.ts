import type { RunResult } from './run/run-seed.ts';
import type { RunTotals } from './run/run-totals.ts';

/** What a series of runs came to, as lines for a terminal. `seconds`: how long it took. */
export function formatTotals(totals: RunTotals, seconds: number): string {
  const { runs, failed, faults } = totals;
  const hours = totals.figure('virtualMs') / 3_600_000;
  const kinds = [...faults].toSorted(([, a], [, b]) => b - a);
  const all = kinds.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${runs} runs, ${failed.length} of them broke a promise`,
    `${totals.figure('frames')} messages accepted, ${totals.figure('repeats')} of them repeats of the same id`,
    `${totals.figure('claims')} claims, ${totals.figure('takeovers')} of them from a dead worker, ` +
      `${totals.figure('handOffs')} handed over to a named one; ${totals.figure('deaths')} processes died or ended`,
    `${totals.figure('optOuts')} opt-outs, ${totals.figure('held')} runs left for an operator to decide`,
    `${all} faults: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    `${hours.toFixed(0)} hours of virtual time in ${seconds.toFixed(0)} s: ` +
      `${((seconds / Math.max(1, runs)) * 1_000).toFixed(0)} s per 1,000 seeds`,
  ].join('\n');
}

/** What went wrong in a seed, and how to see it again. */
export function formatFailure({ seed, violations }: RunResult): string {
  const shown = violations.slice(0, 5).map(({ rule, at, detail }) => {
    return `  ${(at / 1_000).toFixed(3)} s  ${rule}: ${detail}`;
  });
  const more = violations.length > 5 ? [`  and ${violations.length - 5} more`] : [];
  const again = `  again: npm run simulate -- --seed ${seed} --verbose`;
  return [`seed ${seed} broke a promise:`, ...shown, ...more, again].join('\n');
}
