import type { LedgerEvent } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

/**
 * Counts transmissions of an id that was accepted before, for each device.
 *
 * A phone shows such a repeat once, so it is no violation by itself; with a list of devices that had a fault, a repeat
 * on any other has no explanation.
 */
export class RepeatsRule implements Rule {
  readonly #allowedFor: ReadonlySet<string> | undefined;
  readonly #report: Report;
  /** For each contact the line of each id's first transmission. */
  readonly #first = new Map<string, Map<string, number>>();
  readonly #byDevice = new Map<string, number>();

  constructor(allowedFor: ReadonlySet<string> | undefined, report: Report) {
    this.#allowedFor = allowedFor;
    this.#report = report;
  }

  get figures(): { repeats: number; repeatsByDevice: Record<string, number> } {
    const repeats = [...this.#byDevice.values()].reduce((sum, count) => sum + count, 0);
    return { repeats, repeatsByDevice: Object.fromEntries(this.#byDevice) };
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const { device, to, id, n } = event;
    const ids = this.#first.get(to) ?? new Map<string, number>();
    this.#first.set(to, ids);
    const first = ids.get(id);
    if (first === undefined) {
      ids.set(id, n);
      return;
    }
    this.#byDevice.set(device, (this.#byDevice.get(device) ?? 0) + 1);
    if (this.#allowedFor === undefined || this.#allowedFor.has(device)) return;
    const detail = `id ${id} was sent again, and no fault of this device explains it`;
    this.#report({ kind: 'unexplained_repeat', n: [first, n], device, to, detail });
  }
}
