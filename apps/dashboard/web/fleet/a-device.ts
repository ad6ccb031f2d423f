import type { FleetDevice } from '../../src/wire.ts';

/** A device for tests. */
export function aDevice(id: number, changes: Partial<FleetDevice> = {}): FleetDevice {
  return {
    id,
    name: `d${id}`,
    labels: {},
    condition: 'open',
    queued: 0,
    sending: 0,
    due: 0,
    sentLastHour: 0,
    ...changes,
  };
}
