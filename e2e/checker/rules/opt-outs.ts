import type { Action } from '../action.ts';
import type { Faults } from '../faults.ts';
import { latestArrival } from '../latest-arrival.ts';
import type { LedgerEvent, LedgerMessage } from '../ledger-event.ts';
import type { Plan } from '../plan.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';
import { StopHearing } from './stop-hearing.ts';

export interface OptOutContext {
  readonly actions: readonly Action[];
  readonly faults: Faults;
  /** How long after a STOP was heard a message may be on its way, ms. */
  readonly graceMs: number;
  /** The same after an operator's command. */
  readonly pauseGraceMs: number;
  readonly stopsAreKept: boolean;
  readonly report: Report;
}

/** Why nothing more may go to a contact since `at`. */
interface OptOut {
  readonly at: number;
  readonly graceMs: number;
  readonly n: readonly number[];
  readonly what: string;
}

/** Nothing planned goes to a contact who wrote STOP, to whichever device they wrote it, or whom an operator suppressed. */
export class OptOuts implements Rule {
  readonly #texts: ReadonlyMap<string, readonly string[]>;
  readonly #context: OptOutContext;
  readonly #hearing: StopHearing;
  /** By contact, when the first command was stored. */
  readonly #suppressed = new Map<string, number>();
  #latestMs = 0;

  constructor(plan: Plan, context: OptOutContext) {
    this.#texts = new Map(plan.contacts.map(({ to, texts }) => [to, texts]));
    this.#context = context;
    const { faults, graceMs, stopsAreKept: kept } = context;
    this.#hearing = new StopHearing({ faults, graceMs, kept });
    for (const action of context.actions) {
      if (action.action !== 'opt_out' || this.#suppressed.has(action.to)) continue;
      this.#suppressed.set(action.to, action.t);
    }
  }

  /** Contacts who opted out, those of an operator among them, and the latest that a step still went to one, ms. */
  get figures(): OptOutFigures {
    return {
      optOuts: new Set([...this.#hearing.contacts, ...this.#suppressed.keys()]).size,
      optOutsByOperator: this.#suppressed.size,
      optOutsUnheard: this.#hearing.unheard,
      latestAfterOptOut_ms: this.#latestMs,
    };
  }

  /** Whether the contact has opted out, up to the lines heard, or an operator ever suppresses them. */
  has(contact: string): boolean {
    return this.#hearing.has(contact) || this.#suppressed.has(contact);
  }

  hear(event: LedgerEvent): void {
    this.#hearing.hear(event);
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const step = this.#texts.get(event.to)?.indexOf(event.text) ?? -1;
    if (step < 0) return;
    for (const optOut of this.#optOutsOf(event)) {
      if (this.#judge(event, step, optOut)) return;
    }
  }

  #optOutsOf({ to, t }: LedgerMessage): readonly OptOut[] {
    const { graceMs, pauseGraceMs } = this.#context;
    const heard = this.#hearing.firstHeard(to, t);
    const suppressed = this.#suppressed.get(to);
    const all: OptOut[] = [];
    if (heard !== undefined) {
      const { stop, at } = heard;
      const what = at === stop.t ? "the contact's STOP" : "the contact's STOP was heard";
      all.push({ at, graceMs, n: [stop.n], what });
    }
    if (suppressed !== undefined && suppressed <= t) {
      all.push({ at: suppressed, graceMs: pauseGraceMs, n: [], what: 'an operator suppressed it' });
    }
    return all;
  }

  /** Says whether it was too late. */
  #judge(
    { t, n, device, to }: LedgerMessage,
    at: number,
    { at: from, graceMs, n: lines, what }: OptOut,
  ): boolean {
    const lateMs = t - from;
    this.#latestMs = Math.max(this.#latestMs, lateMs);
    if (t <= latestArrival(this.#context.faults, { device, from, graceMs })) return false;
    const step = at + 1;
    const detail = `step ${step} went out ${lateMs} ms after ${what}`;
    const violation = { kind: 'sent_after_opt_out', device, to, step, detail } as const;
    this.#context.report({ ...violation, n: [...lines, n] });
    return true;
  }
}

export interface OptOutFigures {
  readonly optOuts: number;
  readonly optOutsByOperator: number;
  readonly optOutsUnheard: number;
  readonly latestAfterOptOut_ms: number;
}
