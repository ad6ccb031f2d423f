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

/**
 * No device transmits more than `max` in any window [t, t + windowMs): first sendings and repeats alike.
 *
 * A window that ends at each transmission is enough: the fullest one of any place holds the same lines as one of these.
 */
export class CapRule implements Rule {
  readonly #cap: Cap;
  readonly #report: Report;
  readonly #recent = new Map<string, Recent>();
  readonly #atCap = new Set<string>();
  #most = 0;

  constructor(cap: Cap, report: Report) {
    this.#cap = cap;
    this.#report = report;
  }

  /** `maxInWindow` is the fullest window of any device; `devicesAtCap` those that had one filled to the cap. */
  get figures(): CapFigures {
    const { max, windowMs } = this.#cap;
    return { max, window_ms: windowMs, maxInWindow: this.#most, devicesAtCap: [...this.#atCap] };
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const { device, t, n } = event;
    const { max, windowMs } = this.#cap;
    const recent = this.#recent.get(device) ?? { sent: [], from: 0 };
    this.#recent.set(device, recent);
    recent.sent.push({ t, n });
    while ((recent.sent[recent.from]?.t ?? t) <= t - windowMs) recent.from += 1;
    if (recent.from > recent.sent.length / 2) {
      recent.sent.splice(0, recent.from);
      recent.from = 0;
    }
    const count = recent.sent.length - recent.from;
    this.#most = Math.max(this.#most, count);
    if (count >= max) this.#atCap.add(device);
    if (count > max) {
      const lines = recent.sent.slice(recent.from).map((line) => line.n);
      const detail = `${count} transmissions in ${windowMs} ms, the cap is ${max}`;
      this.#report({ kind: 'cap_passed', n: lines, device, detail });
    }
  }
}

export interface CapFigures {
  readonly max: number;
  readonly window_ms: number;
  readonly maxInWindow: number;
  readonly devicesAtCap: readonly string[];
}
