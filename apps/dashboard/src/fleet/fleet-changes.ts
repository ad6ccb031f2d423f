import type { FleetDevice, FleetEvents } from '../wire.ts';

/** The fleet at one instant, each device beside its own text, by which a change shows. */
export type FleetView = ReadonlyMap<number, Readonly<{ device: FleetDevice; text: string }>>;

export function fleetView(devices: readonly FleetDevice[]): FleetView {
  return new Map(devices.map((device) => [device.id, { device, text: JSON.stringify(device) }]));
}

/** What a page that shows `before` must be told to show `after`; undefined: nothing. */
export function fleetChanges(
  before: FleetView,
  after: FleetView,
): FleetEvents['delta'] | undefined {
  const devices = [...after.values()]
    .filter(({ device, text }) => before.get(device.id)?.text !== text)
    .map(({ device }) => device);
  const removed = [...before.keys()].filter((id) => !after.has(id));
  return devices.length + removed.length > 0 ? { devices, removed } : undefined;
}
