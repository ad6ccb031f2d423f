import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { aDevice } from './a-device.ts';
import { noFilter } from './filter.ts';
import { FleetStore } from './fleet-store.ts';
import { FleetView } from './fleet-view.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openView() {
  const fleet = new FleetStore();
  const view = new FleetView(fleet);
  const pulse = { at: 0, sentLastMinute: 0, workers: 0, wanted: 0, owned: 0, capacity: 0 };
  const devices = [aDevice(1, { queued: 1 }), aDevice(2, { queued: 2 }), aDevice(3)];
  fleet.apply([{ kind: 'snapshot', data: { devices, pulse } }]);
  const queue = (id: number, queued: number) =>
    fleet.apply([{ kind: 'delta', data: { devices: [aDevice(id, { queued })], removed: [] } }]);
  return { view, queue };
}

it('answers the operator at once, and values that change by themselves a little later', () => {
  const { view, queue } = openView();
  view.sort = { key: 'queued', descending: true };
  expect(view.matches).toEqual([2, 1, 3]);
  queue(3, 9);
  expect(view.matches).toEqual([2, 1, 3]);
  vi.advanceTimersByTime(500);
  expect(view.matches).toEqual([3, 2, 1]);
});

// A row that jumps away is clicked beside, and the wrong device paused.
it('keeps the order while the pointer is on its way to a row', () => {
  const { view, queue } = openView();
  view.sort = { key: 'queued', descending: true };
  queue(3, 9);
  view.hold();
  vi.advanceTimersByTime(1_900);
  expect(view.matches).toEqual([2, 1, 3]);
  vi.advanceTimersByTime(200);
  expect(view.matches).toEqual([3, 2, 1]);
});

it('stays the same array as long as nothing moved, so that nothing is drawn anew', () => {
  const { view, queue } = openView();
  const before = view.matches;
  queue(1, 7);
  vi.advanceTimersByTime(1_000);
  expect(view.matches).toBe(before);
});

it('names who matches only while something is left out', () => {
  const { view } = openView();
  expect(view.matching).toBeUndefined();
  view.filter = { ...noFilter, text: 'd2' };
  expect(view.matching).toEqual(new Set([2]));
  expect(view.matches).toEqual([2]);
  view.filter = noFilter;
  expect(view.matching).toBeUndefined();
});
