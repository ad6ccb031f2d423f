import { expect, it } from 'vitest';
import { fullestWindow } from './measure-ceiling.ts';

// Guards: a cap that looks kept because windows were counted from fixed instants.
it.each<[readonly number[], number]>([
  [[], 0],
  [[5], 1],
  [[0, 10, 20], 2],
  [[0, 10, 20, 25, 30], 3],
  [[0, 11, 22], 1],
])('of %j at most %d are within 10 ms, wherever that begins', (times, most) => {
  expect(fullestWindow(times, 10)).toBe(most);
});
