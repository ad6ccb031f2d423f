import { expect, test } from 'vitest';
import type { FleetDevice } from '../wire.ts';
import { fleetChanges, fleetView } from './fleet-changes.ts';

const device = (id: number, queued = 0): FleetDevice => ({
  id,
  name: `device-${id}`,
  labels: {},
  condition: 'open',
  queued,
  sending: 0,
  due: 0,
  sentLastHour: 0,
});

test('nothing is told of a fleet that stayed as it was', () => {
  const before = fleetView([device(1), device(2)]);
  expect(fleetChanges(before, fleetView([device(1), device(2)]))).toBeUndefined();
});

test('who changed or came is told whole, who left by its id, and nobody else', () => {
  const before = fleetView([device(1), device(2), device(3)]);
  const after = fleetView([device(1), device(2, 5), device(4)]);
  expect(fleetChanges(before, after)).toEqual({
    devices: [device(2, 5), device(4)],
    removed: [3],
  });
});
