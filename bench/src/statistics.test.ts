import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slopeOf, spreadOf } from './statistics.ts';

const figures = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });

describe('spreadOf', () => {
  it('takes the middle one of an odd number, and the mean of the two middle ones of an even one', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, count: 3 });
    expect(spreadOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  // Sorted as texts, 10 comes before 9, and a median is quietly another.
  it('orders by value, whatever the order of the measurements', () => {
    fc.assert(
      fc.property(figures, (values) => {
        const { median, min, max } = spreadOf(values);
        const below = values.filter((value) => value < median).length;
        const above = values.filter((value) => value > median).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  // NaN in a report reads as a figure that was measured.
  it('refuses to say anything of nothing', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('slopeOf', () => {
  it('finds what each further one costs, whatever none costs', () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer(), (each, none) => {
        const points = [0, 50, 200, 500].map((x) => ({ x, y: none + each * x }));
        expect(slopeOf(points)).toBeCloseTo(each, 3);
      }),
    );
  });

  it('refuses points that tell no slope', () => {
    expect(() => slopeOf([{ x: 5, y: 1 }])).toThrow('two different x');
    expect(() => slopeOf([])).toThrow('two different x');
  });
});
