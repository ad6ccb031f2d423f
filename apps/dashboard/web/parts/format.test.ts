import { expect, it } from 'vitest';
import { formatNames, fromNow, plural, roughly } from './format.ts';

it.each([
  [0, '0s'],
  [-5_000, '0s'],
  [999, '1s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [90_061_000, '1d 1h'],
])('says %i ms as "%s"', (ms, text) => {
  expect(roughly(ms)).toBe(text);
});

it('says where an instant is from now', () => {
  expect(fromNow(1_000, 61_000)).toBe('1m ago');
  expect(fromNow(61_000, 1_000)).toBe('in 1m');
});

it('counts', () => {
  expect(plural(1, 'device')).toBe('1 device');
  expect(plural(3_000, 'device')).toBe('3,000 devices');
  expect(formatNames(['a', 'b'], 2)).toBe('a, b');
  expect(formatNames(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
});
