import { isStop } from '../is-stop.ts';
import type { LedgerEvent, LedgerMessage } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

/**
 * The confirmation of an opt-out goes to who opted out, after it, from the device that heard it, and once: not even the
 * same id may come again, for it is no step that must arrive.
 */
export class ConfirmationsRule implements Rule {
  /** Undefined: the plan has none, and nothing is one. */
  readonly #text: string | undefined;
  readonly #report: Report;
  /** By contact, the devices that heard their STOP and the line of the first. */
  readonly #heard = new Map<string, Map<string, number>>();
  /** By contact, the line of the first confirmation. */
  readonly #confirmed = new Map<string, number>();

  constructor(text: string | undefined, report: Report) {
    this.#text = text;
    this.#report = report;
  }

  /** How many contacts were sent one. */
  get count(): number {
    return this.#confirmed.size;
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'inbound' && isStop(event.text)) {
      const devices = this.#heard.get(event.from) ?? new Map<string, number>();
      this.#heard.set(event.from, devices);
      if (!devices.has(event.device)) devices.set(event.device, event.n);
    }
    if (event.event !== 'message' || event.outcome !== 'accepted') return;
    if (event.text === this.#text) this.#hearConfirmation(event);
  }

  #hearConfirmation({ n, device, to }: LedgerMessage): void {
    const before = this.#confirmed.get(to);
    if (before === undefined) this.#confirmed.set(to, n);
    const stops = this.#heard.get(to);
    const lines = [...(stops?.values() ?? [])];
    const kind = 'false_confirmation';
    if (stops === undefined) {
      const detail = 'the contact had not opted out';
      this.#report({ kind, n: [n], device, to, detail });
    } else if (!stops.has(device)) {
      const detail = `the opt-out was heard by ${[...stops.keys()].join(', ')}`;
      this.#report({ kind, n: [...lines, n], device, to, detail });
    }
    if (before === undefined) return;
    this.#report({ kind, n: [before, n], device, to, detail: 'the opt-out was confirmed before' });
  }
}
