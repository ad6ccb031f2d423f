import { type DeviceId, leastLoaded } from '@dripfleet/domain';
import { type EnrollmentDevice, findEnrollmentDevices, type Queryable } from '@dripfleet/store';

export type DeviceChoice =
  | Readonly<{ kind: 'chosen'; deviceId: DeviceId }>
  | Readonly<{ kind: 'unknown_device'; name: string }>
  /** Nobody named one, and none can be chosen. */
  | Readonly<{ kind: 'no_device' }>;

/** Who asks for a device: by name, or as somebody who hears from one already. */
export type DeviceWish = Readonly<{
  name: string | undefined;
  heardFrom: DeviceId | undefined;
}>;

type Load = { id: DeviceId; contacts: number };

/**
 * Spreads enrolments over devices. Counts what it gives away, so that an import needs one look at the database; what
 * others enroll meanwhile only makes the spread a little less even.
 */
export class DeviceChooser {
  readonly #byName: ReadonlyMap<string, DeviceId>;
  readonly #names: ReadonlyMap<DeviceId, string>;
  readonly #eligible: readonly Load[];
  readonly #loads: ReadonlyMap<DeviceId, Load>;

  constructor(devices: readonly EnrollmentDevice[]) {
    const loads = devices.map(({ id, contacts }) => ({ id, contacts }));
    this.#byName = new Map(devices.map(({ name, id }) => [name, id]));
    this.#names = new Map(devices.map(({ name, id }) => [id, name]));
    this.#loads = new Map(loads.map((load) => [load.id, load]));
    this.#eligible = loads.filter((_, index) => devices[index]?.eligible);
  }

  /** `labels` a device must have to be chosen by itself ({}: any). */
  static async open(
    db: Queryable,
    labels: Readonly<Record<string, string>>,
  ): Promise<DeviceChooser> {
    return new DeviceChooser(await findEnrollmentDevices(db, labels));
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Whether a contact that names no device can get one. */
  get hasEligible(): boolean {
    return this.#eligible.length > 0;
  }

  nameOf(device: DeviceId): string {
    return this.#names.get(device) ?? `#${device}`;
  }

  /** The named device; else the one the contact hears from; else the least loaded. Counts one contact more for it. */
  choose({ name, heardFrom }: DeviceWish): DeviceChoice {
    if (name !== undefined) {
      const named = this.#byName.get(name);
      return named === undefined ? { kind: 'unknown_device', name } : this.#give(named);
    }
    const device = heardFrom ?? leastLoaded(this.#eligible);
    return device === undefined ? { kind: 'no_device' } : this.#give(device);
  }

  /** Takes back what `choose` gave, when the enrolment did not happen. */
  release(device: DeviceId): void {
    this.#count(device, -1);
  }

  #give(deviceId: DeviceId): DeviceChoice {
    this.#count(deviceId, 1);
    return { kind: 'chosen', deviceId };
  }

  #count(device: DeviceId, by: number): void {
    const load = this.#loads.get(device);
    if (load) load.contacts += by;
  }
}
