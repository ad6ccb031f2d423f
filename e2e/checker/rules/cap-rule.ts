import type { CapHistory } from '../cap-history.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Cap } from '../plan.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

/** The accepted transmissions of one device that the newest window can still hold, oldest first. */
interface Recent {
  sent: { readonly t: number; readonly n: number }[];
  /** Where the window begins in `sent`; what is before it is cut off now and then. */
  from: number;
}

interface CapContext {
  /** Says for whom and when this cap holds. */
  readonly history: CapHistory;
  readonly report: Report;
}

/**
 * No device transmits more than `max` in any window [t, t + windowMs): first sendings and repeats alike.
 *
 * A window that ends at each transmission is enough: the fullest one of any place holds the same lines as one of these.
 */
export class CapRule implements Rule {
  readonly #cap: Cap;
  readonly #context: CapContext;
  readonly #recent = new Map<string, Recent>();
  readonly #atCap = new Set<string>();
  #most = 0;

  constructor(cap: Cap, context: CapContext) {
    this.#cap = cap;
    this.#context = context;
  }

  /** `maxInWindow` is the fullest window of any device while it held; `devicesAtCap` those that had one filled to the cap. */
  get figures(): CapFigures {
    const { max, windowMs } = this.#cap;
    return { max, window_ms: windowMs, maxInWindow: this.#most, devicesAtCap: [...this.#atCap] };
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const { device, t, n } = event;
    if (!this.#context.history.applies(this.#cap, device)) return;
    const lines = this.#window(device, { t, n });
    const allowed = this.#context.history.allowance(this.#cap, device, t);
    if (allowed === undefined) return;
    const count = lines.sent.length - lines.from;
    this.#most = Math.max(this.#most, count);
    if (count >= this.#cap.max) this.#atCap.add(device);
    if (count > allowed) this.#accuse(device, lines, allowed);
  }

  /** Takes a transmission into the window that ends with it. */
  #window(device: string, { t, n }: { t: number; n: number }): Recent {
    const recent = this.#recent.get(device) ?? { sent: [], from: 0 };
    this.#recent.set(device, recent);
    recent.sent.push({ t, n });
    while ((recent.sent[recent.from]?.t ?? t) <= t - this.#cap.windowMs) recent.from += 1;
    if (recent.from > recent.sent.length / 2) {
      recent.sent.splice(0, recent.from);
      recent.from = 0;
    }
    return recent;
  }

  #accuse(device: string, { sent, from }: Recent, allowed: number): void {
    const { max, windowMs } = this.#cap;
    const n = sent.slice(from).map((line) => line.n);
    const before = allowed === max ? '' : `, and before allowed ${allowed}`;
    const detail = `${n.length} transmissions in ${windowMs} ms, the cap is ${max}${before}`;
    this.#context.report({ kind: 'cap_passed', n, device, detail });
  }
}

export interface CapFigures {
  readonly max: number;
  readonly window_ms: number;
  readonly maxInWindow: number;
  readonly devicesAtCap: readonly string[];
}
