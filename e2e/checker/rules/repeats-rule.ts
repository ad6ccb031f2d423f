import { strikesSends } from '../fault-kinds.ts';
import type { Faults } from '../faults.ts';
import type { LedgerEvent, LedgerMessage } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

interface RepeatsContext {
  readonly faults: Faults;
  /** How long after its end a fault still explains a repeat, ms. */
  readonly faultGraceMs: number;
  /** Whether the faults are all there were, so that a repeat without one is a violation. */
  readonly faultsKnown: boolean;
  /** Devices that had a fault, where there is no log of them. */
  readonly allowedFor: ReadonlySet<string> | undefined;
  readonly report: Report;
}

interface First {
  readonly t: number;
  readonly n: number;
}

/**
 * Counts transmissions of an id that was accepted before, for each device.
 *
 * A phone shows such a repeat once, so it is no violation by itself. But each needs a fault of its own that struck the
 * device between the id's first transmission and the repeat. One fault explains one repeat of an id, and may explain one of
 * many ids. Whichever is taken does not matter: a fault that can explain a repeat can explain all later ones of that id.
 */
export class RepeatsRule implements Rule {
  readonly #context: RepeatsContext;
  /** For each contact the first transmission of each id. */
  readonly #first = new Map<string, Map<string, First>>();
  /** Faults that explain a repeat already, by the contact and id. */
  readonly #used = new Map<string, Set<number>>();
  readonly #byDevice = new Map<string, number>();
  readonly #byFault = new Map<string, number>();
  #unexplained = 0;

  constructor(context: RepeatsContext) {
    this.#context = context;
  }

  get figures(): RepeatFigures {
    return {
      repeats: sum(this.#byDevice),
      repeatsByDevice: Object.fromEntries(this.#byDevice),
      repeatsExplained: sum(this.#byFault),
      repeatsByFault: Object.fromEntries(this.#byFault),
      repeatsUnexplained: this.#unexplained,
    };
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const { to, id, t, n } = event;
    const ids = this.#first.get(to) ?? new Map<string, First>();
    this.#first.set(to, ids);
    const first = ids.get(id);
    if (first === undefined) ids.set(id, { t, n });
    else this.#hearRepeat(event, first);
  }

  #hearRepeat(repeat: LedgerMessage, first: First): void {
    const { device, to, id, n } = repeat;
    const { allowedFor, faultsKnown, report } = this.#context;
    this.#byDevice.set(device, (this.#byDevice.get(device) ?? 0) + 1);
    if (this.#explain(repeat, first) || allowedFor?.has(device) === true) return;
    this.#unexplained += 1;
    if (allowedFor === undefined && !faultsKnown) return;
    const detail = `id ${id} was sent again, and no fault of this device explains it`;
    report({ kind: 'unexplained_repeat', n: [first.n, n], device, to, detail });
  }

  #explain({ device, to, id, t }: LedgerMessage, first: First): boolean {
    const { faults, faultGraceMs: graceMs } = this.#context;
    const key = `${to} ${id}`;
    const used = this.#used.get(key) ?? new Set();
    const struck = faults.striking(device, { from: first.t, until: t, graceMs }, strikesSends);
    const fault = struck.find(({ number }) => !used.has(number));
    if (fault === undefined) return false;
    this.#used.set(key, used.add(fault.number));
    this.#byFault.set(fault.kind, (this.#byFault.get(fault.kind) ?? 0) + 1);
    return true;
  }
}

export interface RepeatFigures {
  readonly repeats: number;
  readonly repeatsByDevice: Readonly<Record<string, number>>;
  /** By one fault each; of those, how many by which kind. */
  readonly repeatsExplained: number;
  readonly repeatsByFault: Readonly<Record<string, number>>;
  readonly repeatsUnexplained: number;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
