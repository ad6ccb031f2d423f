import { expect, it } from 'vitest';
import { sparkline } from './sparkline.ts';

const box = { width: 100, height: 10, slots: 11 };

it('fills from the right, and begins at nothing', () => {
  expect(sparkline([0, 5, 10], box)).toEqual({
    line: 'M80 10L90 5L100 0',
    area: 'M80 10L90 5L100 0V10H80z',
  });
});

it('shows the newest that fit', () => {
  const values = Array.from({ length: 50 }, (_, index) => index);
  expect(sparkline(values, box).line.startsWith('M0 ')).toBe(true);
});

it('is nothing of one value, and lies flat when nothing is sent', () => {
  expect(sparkline([3], box)).toEqual({ line: '', area: '' });
  expect(sparkline([0, 0], box).line).toBe('M90 10L100 10');
});
