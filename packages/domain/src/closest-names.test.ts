import { expect, it } from 'vitest';
import { closestNames } from './closest-names.ts';

const names = ['curitiba', 'recife', 'recife-2', 'manaus'];

it.each([
  ['curitbia', ['curitiba']],
  ['Curitiba', ['curitiba']],
  ['recif', ['recife', 'recife-2']],
  ['manos', ['manaus']],
  ['porto', []],
  ['', []],
  ['x'.repeat(100_000), []],
])('offers for "%s" %j', (wanted, close) => {
  expect(closestNames(wanted, names)).toEqual(close);
});
