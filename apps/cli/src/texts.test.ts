import { epochMs } from '@dripfleet/domain';
import { expect, it } from 'vitest';
import { progressText } from './import-bar.ts';
import { fromNow, roughly } from './times.ts';

it.each([
  [0, '0s'],
  [499, '0s'],
  [999, '1s'],
  [61_000, '1m 1s'],
  [3_600_000, '1h'],
  [7_500_000, '2h 5m'],
  [90_061_000, '1d 1h'],
  [-5, '0s'],
])('writes %d ms as %s', (ms, text) => {
  expect(roughly(ms)).toBe(text);
});

it('says which way an instant lies', () => {
  expect(fromNow(epochMs(1_000), 61_000)).toBe('1m ago');
  expect(fromNow(epochMs(61_000), 1_000)).toBe('in 1m');
});

it('estimates what is left of an import from its rate so far', () => {
  const counts = { enrolled: 0, alreadyEnrolled: 0, repeated: 0, bytes: 0, totalBytes: 0 };
  const progress = { ...counts, rows: 1_500, totalRows: 10_000, rejected: 3 };
  expect(progressText(progress, 1_000)).toBe(
    '1500 of 10000 rows, 1500 rows/s, 6s left, 3 rejected',
  );
});
