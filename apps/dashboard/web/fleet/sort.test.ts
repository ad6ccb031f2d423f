import { expect, it } from 'vitest';
import { aDevice } from './a-device.ts';
import { nextSort, type Sort, sortByName, sortDevices, troubleFirst } from './sort.ts';

const sorted = (sort: Sort) => sortDevices(devices, sort).map(({ name }) => name);
const devices = [
  aDevice(1, { name: 'a', queued: 5, host: 'h2' }),
  aDevice(2, { name: 'b', queued: 9, condition: 'stopped' }),
  aDevice(3, { name: 'c', queued: 5, host: 'h1', errors: { timeout: 1, nack: 2 } }),
];

it('puts numbers inside names in their order', () => {
  const names = ['d10', 'd9', 'D1', 'e1', 'd009a'].map((name, id) => aDevice(id, { name }));
  expect(sortByName(names).map(({ name }) => name)).toEqual(['D1', 'd9', 'd009a', 'd10', 'e1']);
});

// A list whose equals change places is one that jumps under the pointer.
it('keeps equals in the order of their names, both ways', () => {
  expect(sorted({ key: 'queued', descending: true })).toEqual(['b', 'a', 'c']);
  expect(sorted({ key: 'queued', descending: false })).toEqual(['a', 'c', 'b']);
});

it('begins with what needs somebody', () => {
  expect(sorted(troubleFirst)).toEqual(['b', 'a', 'c']);
});

it('sorts by name, by host with none last, and by the sum of errors', () => {
  expect(sorted({ key: 'name', descending: true })).toEqual(['c', 'b', 'a']);
  expect(sorted({ key: 'host', descending: false })).toEqual(['c', 'a', 'b']);
  expect(sorted({ key: 'errors', descending: true })).toEqual(['c', 'a', 'b']);
});

it('begins numbers with the most and texts with the first, and turns round the second time', () => {
  const byQueued = nextSort(troubleFirst, 'queued');
  expect(byQueued).toEqual({ key: 'queued', descending: true });
  expect(nextSort(byQueued, 'queued')).toEqual({ key: 'queued', descending: false });
  expect(nextSort(byQueued, 'name')).toEqual({ key: 'name', descending: false });
});
