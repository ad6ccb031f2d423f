import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { lastOf, percentile } from '../ledger/percentile.ts';
import { type DrillResult, exitCodeOf } from '../report/drill-result.ts';
import { isReached, measured, needed, never, within } from '../report/figure.ts';
import { formatResult } from '../report/format-result.ts';
import { saveResults } from '../report/save-results.ts';

const resultOf = (...figures: DrillResult['figures'][number][]): DrillResult => ({
  drill: 'one',
  title: 'a drill',
  setting: 'small',
  load: { before: 0.1, after: 0.2 },
  figures,
  problems: [],
});

describe('percentiles', () => {
  test.each([
    { share: 0.5, value: 20 },
    { share: 0.95, value: 40 },
    { share: 0.25, value: 10 },
    { share: 0, value: 10 },
  ])('$share of four', ({ share, value }) => {
    expect(percentile([40, 10, 30, 20], share)).toBe(value);
  });

  test('of nothing are never', () => {
    expect(percentile([], 0.5)).toBe(Infinity);
  });

  test('are values that were measured, and rise with the share', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const given = [fc.array(fc.nat(), { minLength: 1 }), share, share] as const;
    fc.assert(
      fc.property(...given, (values, one, other) => {
        const low = percentile(values, Math.min(one, other));
        const high = percentile(values, Math.max(one, other));
        expect(values).toContain(low);
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });
});

// Guards: a take-over that left devices behind reported by those that came back.
test('the last of some is never, when some are missing', () => {
  expect(lastOf([1, 2], 2)).toBe(2);
  expect(lastOf([1, 2], 3)).toBe(Infinity);
  expect(lastOf([], 0)).toBe(Infinity);
});

describe('a figure', () => {
  test.each([
    { figure: never('x', 0), reached: true },
    { figure: never('x', 1), reached: false },
    { figure: within(100, 'x', 100), reached: true },
    { figure: within(100, 'x', 101), reached: false },
    { figure: within(100, 'x', Infinity), reached: false },
    { figure: needed(5, 'x', 5), reached: true },
    { figure: needed(5, 'x', 4), reached: false },
    { figure: needed(5, 'x', Infinity), reached: false },
    { figure: measured('x', Infinity), reached: true },
  ])('$figure.value against $figure.limit: $reached', ({ figure, reached }) => {
    expect(isReached(figure)).toBe(reached);
  });
});

describe('the exit code', () => {
  // Guards: a broken guarantee that passes because only times were looked at, or a busy machine that fails everything.
  test.each([
    { result: resultOf(never('x', 0), within(5, 'y', 4)), strict: 0, reported: 0 },
    { result: resultOf(within(5, 'y', 6)), strict: 1, reported: 0 },
    { result: resultOf(never('x', 1)), strict: 1, reported: 1 },
    { result: resultOf(needed(1, 'x', 0)), strict: 1, reported: 1 },
    { result: { ...resultOf(), problems: ['a worker ended'] }, strict: 1, reported: 1 },
  ])('case %#', ({ result, strict, reported }) => {
    expect(exitCodeOf([resultOf(), result], false)).toBe(strict);
    expect(exitCodeOf([resultOf(), result], true)).toBe(reported);
  });
});

test('the table names what was not reached, and why that matters', () => {
  const text = formatResult(
    resultOf(never('frames', 2), within(5_000, 'back after', Infinity), needed(3, 'devices', 3)),
  );
  expect(text.split('\n').slice(2)).toEqual([
    '  frames          2  ≤ 0      ✗ BROKEN',
    '  back after  never  ≤ 5.0 s  ✗ not reached',
    '  devices         3  ≥ 3      ✓',
  ]);
});

test('results are saved each in the place of an older one of the same drill', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dripfleet-drills-'));
  const file = join(folder, 'results', 'drills.json');
  const machine = { node: 'v20' };
  try {
    saveResults(file, [resultOf(), { ...resultOf(), drill: 'two' }], { machine, date: 'monday' });
    const newer = resultOf(within(5, 'x', Infinity));
    saveResults(file, [newer], { machine, date: 'tuesday' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      drills: [
        { drill: 'one', date: 'tuesday', figures: [{ name: 'x', value: null, reached: false }] },
        { drill: 'two', date: 'monday', machine, figures: [] },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
