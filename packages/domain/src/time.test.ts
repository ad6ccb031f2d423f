import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addMs, durationMs, epochMs, formatDuration, parseDuration } from './time.ts';

test('every duration comes back from how it is written', () => {
  fc.assert(
    fc.property(
      fc.nat(999_999_999),
      fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000),
      (count, unit) => {
        const duration = durationMs(count * unit);
        expect(parseDuration(formatDuration(duration))).toBe(duration);
      },
    ),
  );
});

test.each([
  ['0ms', 0],
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  [' 30s ', 30_000],
])('%j is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  '30',
  's',
  '1.5h',
  '-1s',
  '1e3s',
  '30 s',
  '30S',
  '1w',
  '1h30m',
  '9999999999s',
  'Infinity',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [0, '0ms'],
  [1, '1ms'],
  [90_000, '90s'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
  [90_001, '90001ms'],
])('%i ms is written %s', (ms, text) => {
  expect(formatDuration(durationMs(ms))).toBe(text);
});

test('an instant and a duration give an instant', () => {
  expect(addMs(epochMs(5), durationMs(7))).toBe(12);
});
