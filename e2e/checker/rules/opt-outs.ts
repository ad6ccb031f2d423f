import { isStop } from '../is-stop.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Plan } from '../plan.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

/** Nothing planned goes to a contact who wrote STOP, to whichever device they wrote it. */
export class OptOuts implements Rule {
  readonly #texts: ReadonlyMap<string, readonly string[]>;
  readonly #graceMs: number;
  readonly #report: Report;
  readonly #stops = new Map<string, { readonly t: number; readonly n: number }>();

  constructor(plan: Plan, { graceMs, report }: { graceMs: number; report: Report }) {
    this.#texts = new Map(plan.contacts.map(({ to, texts }) => [to, texts]));
    this.#graceMs = graceMs;
    this.#report = report;
  }

  /** How many contacts opted out so far. */
  get count(): number {
    return this.#stops.size;
  }

  /** Whether the contact has opted out, up to the lines heard. */
  has(contact: string): boolean {
    return this.#stops.has(contact);
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'inbound' && isStop(event.text) && !this.#stops.has(event.from)) {
      this.#stops.set(event.from, event);
    }
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const stop = this.#stops.get(event.to);
    const step = this.#texts.get(event.to)?.indexOf(event.text) ?? -1;
    if (stop === undefined || step < 0) return;
    const lateMs = event.t - stop.t;
    if (lateMs <= this.#graceMs) return;
    this.#report({
      kind: 'sent_after_opt_out',
      n: [stop.n, event.n],
      device: event.device,
      to: event.to,
      step: step + 1,
      detail: `step ${step + 1} went out ${lateMs} ms after the contact's STOP`,
    });
  }
}
