import type { Condition, FleetDevice } from '../../src/wire.ts';

/** The fleet added up. */
export type Totals = Readonly<{
  devices: number;
  byCondition: Readonly<Record<Condition, number>>;
  queued: number;
  sending: number;
  due: number;
  errors: number;
  /** Classes of errors and how many, the most frequent first. */
  errorsByClass: readonly (readonly [string, number])[];
}>;

/** Adds the fleet up as it changes: by what changed, so that an update does not cost a walk over all devices. */
export class Tally {
  readonly #byCondition: Record<Condition, number> = {
    open: 0,
    quiet: 0,
    waiting: 0,
    connecting: 0,
    paused: 0,
    draining: 0,
    drained: 0,
    restricted: 0,
    stopped: 0,
  };
  readonly #errors = new Map<string, number>();
  #devices = 0;
  #queued = 0;
  #sending = 0;
  #due = 0;

  add(device: FleetDevice): void {
    this.#count(device, 1);
  }

  remove(device: FleetDevice): void {
    this.#count(device, -1);
  }

  totals(): Totals {
    const errorsByClass = [...this.#errors].toSorted((a, b) => b[1] - a[1]);
    return {
      devices: this.#devices,
      byCondition: { ...this.#byCondition },
      queued: this.#queued,
      sending: this.#sending,
      due: this.#due,
      errors: errorsByClass.reduce((sum, [, count]) => sum + count, 0),
      errorsByClass,
    };
  }

  #count({ condition, queued, sending, due, errors }: FleetDevice, sign: 1 | -1): void {
    this.#devices += sign;
    this.#byCondition[condition] += sign;
    this.#queued += sign * queued;
    this.#sending += sign * sending;
    this.#due += sign * due;
    for (const key in errors) {
      const sum = (this.#errors.get(key) ?? 0) + sign * (errors[key] ?? 0);
      if (sum > 0) this.#errors.set(key, sum);
      else this.#errors.delete(key);
    }
  }
}
