import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimTarget, leastLoaded } from './placement.ts';

const load = fc.record({
  wanted: fc.nat(10_000),
  liveWorkers: fc.nat(100),
  capacity: fc.integer({ min: 1, max: 5_000 }),
});

describe('claimTarget', () => {
  test('the shares of all workers together cover what is wanted, as far as they have room', () => {
    fc.assert(
      fc.property(load, ({ wanted, liveWorkers, capacity }) => {
        const workers = Math.max(1, liveWorkers);
        const total = workers * claimTarget({ wanted, liveWorkers, capacity });
        expect(total).toBeGreaterThanOrEqual(Math.min(wanted, workers * capacity));
        // Rounded up, by less than one device a worker.
        expect(total).toBeLessThan(wanted + workers);
      }),
    );
  });

  test('is never above the capacity, and a whole number', () => {
    fc.assert(
      fc.property(load, (given) => {
        const target = claimTarget(given);
        expect(target).toBeLessThanOrEqual(given.capacity);
        expect(Number.isInteger(target)).toBe(true);
      }),
    );
  });

  test('shrinks when workers join, grows when they leave', () => {
    fc.assert(
      fc.property(load, (given) => {
        const more = { ...given, liveWorkers: given.liveWorkers + 1 };
        expect(claimTarget(more)).toBeLessThanOrEqual(claimTarget(given));
      }),
    );
  });

  test('a worker that sees no live one, not even itself, takes what it can', () => {
    expect(claimTarget({ wanted: 7, liveWorkers: 0, capacity: 500 })).toBe(7);
  });
});

describe('leastLoaded', () => {
  test('the device with the fewest contacts; the first of equals', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1 }), (counts) => {
        const devices = counts.map((contacts, id) => ({ id, contacts }));
        expect(leastLoaded(devices)).toBe(counts.indexOf(Math.min(...counts)));
      }),
    );
  });

  test('none of none', () => {
    expect(leastLoaded([])).toBeUndefined();
  });
});
