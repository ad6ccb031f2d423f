import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tickText, ticksTo } from './ticks.ts';

describe('ticksTo', () => {
  it.each([
    [250, [0, 50, 100, 150, 200, 250]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [17.3, [0, 5, 10, 15, 20]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [11_000, [0, 2_500, 5_000, 7_500, 10_000, 12_500]],
  ])('up to %d they are %j', (max, ticks) => {
    expect(ticksTo(max)).toEqual(ticks);
  });

  // What lies above the last tick would be drawn outside of the plot.
  it('always reach over what is to be shown, in few even steps', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (max) => {
        const ticks = ticksTo(max);
        const last = ticks.at(-1) ?? 0;
        expect(ticks[0]).toBe(0);
        expect(last).toBeGreaterThanOrEqual(max * (1 - 1e-8));
        expect(last).toBeLessThan(max * 2.6);
        expect(ticks.length).toBeGreaterThanOrEqual(3);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks[2]).toBeCloseTo(2 * (ticks[1] ?? 0), 8);
      }),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'for %d, which can not be shown, there is an axis all the same',
    (max) => {
      expect(ticksTo(max)).toEqual([0, 1]);
    },
  );
});

describe('tickText', () => {
  it('sets thousands apart and shows no digits that are not there', () => {
    expect([0, 0.25, 1_500, 12_000_000].map(tickText)).toEqual([
      '0',
      '0.25',
      '1,500',
      '12,000,000',
    ]);
  });
});
