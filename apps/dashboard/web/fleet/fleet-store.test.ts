import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FleetDevice, FleetPulse } from '../../src/wire.ts';
import { conditions } from '../parts/condition-look.ts';
import { aDevice } from './a-device.ts';
import { type DeviceEvent, type FleetChange, FleetStore, touches } from './fleet-store.ts';
import { Tally } from './tally.ts';

const pulse: FleetPulse = {
  at: 0,
  sentLastMinute: 0,
  workers: 0,
  wanted: 0,
  owned: 0,
  capacity: 0,
};
const snapshot = (...devices: FleetDevice[]): DeviceEvent => ({
  kind: 'snapshot',
  data: { devices, pulse },
});
const delta = (devices: FleetDevice[], removed: number[] = []): DeviceEvent => ({
  kind: 'delta',
  data: { devices, removed },
});

function follow(store: FleetStore): FleetChange[] {
  const changes: FleetChange[] = [];
  store.onChange((change) => changes.push(change));
  return changes;
}

describe('FleetStore', () => {
  it('tells once of a frame with many events, and keeps everybody’s place', () => {
    const store = new FleetStore();
    store.apply([snapshot(aDevice(2), aDevice(1))]);
    const changes = follow(store);
    store.apply([delta([aDevice(1, { queued: 1 })]), delta([aDevice(1, { queued: 2 })])]);
    expect(changes).toEqual([{ ids: new Set([1]), reordered: false }]);
    expect(store.devices().map(({ id, queued }) => [id, queued])).toEqual([
      [1, 2],
      [2, 0],
    ]);
  });

  it('says that places changed when a device comes, goes or gets another name', () => {
    const store = new FleetStore();
    store.apply([snapshot(aDevice(1), aDevice(2))]);
    const changes = follow(store);
    store.apply([delta([aDevice(3)])]);
    store.apply([delta([aDevice(3, { name: 'a' })])]);
    store.apply([delta([], [1])]);
    expect(changes.map(({ reordered }) => reordered)).toEqual([true, true, true]);
    expect(store.devices().map(({ name }) => name)).toEqual(['a', 'd2']);
  });

  it('says nothing when nothing changed', () => {
    const store = new FleetStore();
    const changes = follow(store);
    store.apply([delta([], [7])]);
    store.apply([]);
    expect(changes).toEqual([]);
  });

  // What a reconnect missed must not stay.
  it('forgets with a snapshot what was before', () => {
    const store = new FleetStore();
    store.apply([snapshot(aDevice(1), aDevice(2)), snapshot(aDevice(2, { due: 4 }))]);
    expect(store.devices()).toEqual([aDevice(2, { due: 4 })]);
    expect(store.get(1)).toBeUndefined();
    expect(store.totals()).toMatchObject({ devices: 1, due: 4 });
  });

  // It is added up by what changes; a slip would stay on the screen for days.
  it('has the totals of the devices it has, whatever happened', () => {
    const device = fc.record({
      id: fc.integer({ min: 0, max: 9 }),
      condition: fc.constantFrom(...conditions),
      queued: fc.nat(50),
      sending: fc.nat(5),
      due: fc.nat(50),
      errors: fc.dictionary(fc.constantFrom('timeout', 'nack'), fc.nat(3)),
    });
    const change = fc.tuple(fc.array(device), fc.array(fc.integer({ min: 0, max: 9 })));
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const store = new FleetStore();
        for (const [devices, removed] of changes)
          store.apply([
            delta(
              devices.map(({ id, ...rest }) => aDevice(id, rest)),
              removed,
            ),
          ]);
        const counted = new Tally();
        for (const one of store.devices()) counted.add(one);
        const { errorsByClass, ...totals } = store.totals();
        const { errorsByClass: expected, ...expectedTotals } = counted.totals();
        expect(totals).toEqual(expectedTotals);
        expect(new Map(errorsByClass)).toEqual(new Map(expected));
      }),
    );
  });
});

it('knows which changes touch a device', () => {
  const shown = new Set([1, 2]);
  expect(touches({ ids: new Set([2, 3]), reordered: false }, shown)).toBe(true);
  expect(touches({ ids: new Set([3]), reordered: false }, shown)).toBe(false);
  expect(touches({ ids: new Set(), reordered: true }, shown)).toBe(true);
});
