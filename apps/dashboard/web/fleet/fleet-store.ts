import type { FleetDevice, FleetEvents } from '../../src/wire.ts';
import { sortByName } from './sort.ts';
import { Tally, type Totals } from './tally.ts';

/** What the stream says about devices. */
export type DeviceEvent =
  | Readonly<{ kind: 'snapshot'; data: FleetEvents['snapshot'] }>
  | Readonly<{ kind: 'delta'; data: FleetEvents['delta'] }>;

export type FleetChange = Readonly<{
  /** Devices with new values, or gone. */
  ids: ReadonlySet<number>;
  /** Devices came or went, so that others have another place. */
  reordered: boolean;
}>;

/** All devices as the server told them last. Devices are replaced, never changed: the same object is the same device. */
export class FleetStore {
  readonly #listeners = new Set<(change: FleetChange) => void>();
  #devices = new Map<number, FleetDevice>();
  #order: readonly FleetDevice[] | undefined;
  #tally = new Tally();

  get(id: number): FleetDevice | undefined {
    return this.#devices.get(id);
  }

  find(name: string): FleetDevice | undefined {
    for (const device of this.#devices.values()) if (device.name === name) return device;
    return undefined;
  }

  /** In the order of their names. */
  devices(): readonly FleetDevice[] {
    this.#order ??= sortByName(this.#devices.values());
    return this.#order;
  }

  totals(): Totals {
    return this.#tally.totals();
  }

  /** Takes a frame's worth of events and tells of it once. */
  apply(events: readonly DeviceEvent[]): void {
    const ids = new Set<number>();
    let reordered = false;
    for (const event of events) {
      if (event.kind === 'snapshot') {
        this.#replace(event.data.devices);
        reordered = true;
      } else {
        reordered = this.#update(event.data, ids) || reordered;
      }
    }
    if (ids.size === 0 && !reordered) return;
    if (reordered) this.#order = undefined;
    else this.#refreshOrder(ids);
    for (const listener of this.#listeners) listener({ ids, reordered });
  }

  /** Calls back after each change, until the answer is called. */
  onChange(listener: (change: FleetChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #replace(devices: readonly FleetDevice[]): void {
    this.#tally = new Tally();
    this.#devices = new Map();
    for (const device of devices) {
      this.#devices.set(device.id, device);
      this.#tally.add(device);
    }
  }

  /** Whether a device came, went or was renamed. */
  #update({ devices, removed }: FleetEvents['delta'], ids: Set<number>): boolean {
    let reordered = false;
    for (const device of devices) {
      const before = this.#devices.get(device.id);
      if (before) this.#tally.remove(before);
      if (before?.name !== device.name) reordered = true;
      this.#tally.add(device);
      this.#devices.set(device.id, device);
      ids.add(device.id);
    }
    for (const id of removed) {
      const before = this.#devices.get(id);
      if (!before) continue;
      this.#tally.remove(before);
      this.#devices.delete(id);
      ids.add(id);
      reordered = true;
    }
    return reordered;
  }

  /** Everybody's place is as before; the objects are new. */
  #refreshOrder(ids: ReadonlySet<number>): void {
    this.#order = this.#order?.map((device) =>
      ids.has(device.id) ? (this.#devices.get(device.id) ?? device) : device,
    );
  }
}

/** Whether one of `ids` may look different after a change. */
export function touches(change: FleetChange, ids: ReadonlySet<number>): boolean {
  if (change.reordered) return true;
  for (const id of ids) if (change.ids.has(id)) return true;
  return false;
}
