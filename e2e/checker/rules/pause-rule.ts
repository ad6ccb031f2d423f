import type { Faults } from '../faults.ts';
import { latestArrival } from '../latest-arrival.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Pauses } from '../pauses.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

interface PauseContext {
  readonly pauses: Pauses;
  readonly faults: Faults;
  /** How long after its pause was stored a device's messages may be on their way, ms. */
  readonly graceMs: number;
  readonly report: Report;
}

/** Nothing leaves a paused device but what was decided before. */
export class PauseRule implements Rule {
  readonly #context: PauseContext;
  #sent = 0;
  #latestMs = 0;

  constructor(context: PauseContext) {
    this.#context = context;
  }

  /** Messages that came from a paused device, late ones or not, and how late the latest was, ms. */
  get figures(): PauseFigures {
    const { pauses } = this.#context;
    return { pauses: pauses.count, sentInPauses: this.#sent, latestInPause_ms: this.#latestMs };
  }

  hear(event: LedgerEvent): void {
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    const { device, to, t, n } = event;
    const { pauses, faults, graceMs, report } = this.#context;
    const pause = pauses.at(device, t);
    if (pause === undefined) return;
    const lateMs = t - pause.from;
    this.#sent += 1;
    this.#latestMs = Math.max(this.#latestMs, lateMs);
    if (t <= latestArrival(faults, { device, from: pause.from, graceMs })) return;
    const detail = `a message went out ${lateMs} ms after its device was paused`;
    report({ kind: 'sent_while_paused', n: [n], device, to, detail });
  }
}

export interface PauseFigures {
  readonly pauses: number;
  readonly sentInPauses: number;
  readonly latestInPause_ms: number;
}
