import { expect, it } from 'vitest';
import { atMost } from './figure.ts';

it('compares what was measured, not what is shown of it', () => {
  const figure = atMost(2, { value: 2.00001, unit: 'ms' });
  expect(figure).toEqual({ value: 2, unit: 'ms', goal: '≤ 2', met: false });
});

it('says how many times the baseline it is better', () => {
  expect(atMost(2, { value: 1.6, unit: 'ms', baseline: 14.5 })).toMatchObject({
    met: true,
    baseline: 14.5,
    ratio: 9.063,
  });
});
