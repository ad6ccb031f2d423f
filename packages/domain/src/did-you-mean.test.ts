import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

describe('didYouMean', () => {
  it.each([
    ['on_uncertian', 'on_uncertain'],
    ['Steps', 'steps'],
    ['nmae', undefined],
    ['nam', 'name'],
    ['send_window', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('%s', (word, candidate) => {
    expect(didYouMean(word, ['name', 'steps', 'on_uncertain'])).toBe(candidate);
  });
});
