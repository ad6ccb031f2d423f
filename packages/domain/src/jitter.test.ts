import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashFraction } from './jitter.ts';

test('is in [0, 1), and the same for the same key', () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const fraction = hashFraction(key);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
      expect(hashFraction(key)).toBe(fraction);
    }),
  );
});

test('spreads neighbouring keys evenly', () => {
  // Guards: devices 1, 2, 3, … all pausing for almost the same time.
  const bins = Array.from({ length: 20 }, () => 0);
  for (let n = 0; n < 20_000; n += 1) {
    const bin = Math.floor(hashFraction(`${n % 100}:${Math.floor(n / 100)}`) * 20);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  expect(Math.min(...bins)).toBeGreaterThan(850);
  expect(Math.max(...bins)).toBeLessThan(1_150);
});
