import { expect, it } from 'vitest';

import { faultFamilies } from '../faults/all-faults.ts';
import { planFaults } from '../plan-faults.ts';
import { Random } from '../random.ts';

const hour = 3_600_000;
const plan = (seed: number) => planFaults({ seed, duration: hour, every: [5_000, 20_000] });
const kindsOf = (seed: number) =>
  plan(seed).map(({ at, candidates, random }) => ({
    at,
    kinds: candidates.map(({ kind }) => kind),
    draw: random.next(),
  }));

// A violation is worth little when its seed does not bring the same faults again.
it('the same seed plans the same faults at the same times, with the same draws', () => {
  expect(kindsOf(7)).toEqual(kindsOf(7));
});

it('another seed plans others', () => {
  expect(kindsOf(7)).not.toEqual(kindsOf(8));
});

it('faults come after each other by 5 to 20 s, and none after the time of faults', () => {
  const times = plan(3).map(({ at }) => at);
  const gaps = times.map((at, index) => at - (times[index - 1] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5_000);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(20_000);
  expect(Math.max(...times)).toBeLessThan(hour);
});

// A kind that is never drawn is a fault that nobody looked at.
it('every kind of fault comes first within three hours of any seed', () => {
  const all = new Set(faultFamilies.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  for (const seed of [1, 2, 3]) {
    const planned = planFaults({ seed, duration: 3 * hour, every: [5_000, 20_000] });
    const first = new Set(planned.map(({ candidates }) => candidates[0]?.kind));
    expect([...all].filter((kind) => !first.has(kind))).toEqual([]);
  }
});

it('the shares of the families add up to 100', () => {
  expect(faultFamilies.reduce((sum, { share }) => sum + share, 0)).toBe(100);
});

it('the random source repeats by its seed, stays in its bounds and reaches both', () => {
  const draws = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 2_000 }, () => random.between(1, 6));
  };
  expect(draws(5)).toEqual(draws(5));
  expect(new Set(draws(5))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
});
