import type { Fault, Faults } from '../faults.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Pauses } from '../pauses.ts';
import type { Plan } from '../plan.ts';
import type { Rule } from '../rule.ts';
import type { StepsRule } from './steps-rule.ts';

interface TakeOversContext {
  readonly faults: Faults;
  readonly pauses: Pauses;
  readonly steps: StepsRule;
}

/** A worker that was killed, and how long its devices that had work waited for their next connection, ms. */
interface TakeOver {
  readonly from: number;
  readonly awaited: Set<string>;
  readonly waits: number[];
}

/**
 * Measures how long the devices of a killed worker were without a connection.
 *
 * Counted are devices that had work: a contact in the middle of its steps, and no pause. One with nothing to send is not
 * in a hurry, and one whose contacts heard nothing yet may have none that is enrolled. Must hear each line before the
 * rule of the steps does, so that "in the middle" is meant at the kill.
 */
export class TakeOversRule implements Rule {
  readonly #context: TakeOversContext;
  readonly #plan: Plan;
  readonly #kills: readonly Fault[];
  readonly #takeOvers: TakeOver[] = [];
  #begun = 0;

  constructor(plan: Plan, context: TakeOversContext) {
    this.#plan = plan;
    this.#context = context;
    this.#kills = context.faults.all.filter(({ kind }) => kind === 'worker_killed');
  }

  /** `first` and `last` are the waits of each kill's first and last device to be back; kills of idle workers have none. */
  get figures(): TakeOverFigures {
    const waited = this.#takeOvers.filter(({ waits }) => waits.length > 0);
    return {
      kills: this.#kills.length,
      awaited: this.#takeOvers.reduce(
        (sum, { awaited, waits }) => sum + awaited.size + waits.length,
        0,
      ),
      back: waited.reduce((sum, { waits }) => sum + waits.length, 0),
      first_ms: waited.map(({ waits }) => Math.min(...waits)),
      last_ms: waited.map(({ waits }) => Math.max(...waits)),
    };
  }

  hear(event: LedgerEvent): void {
    for (; ; this.#begun += 1) {
      const kill = this.#kills[this.#begun];
      if (kill === undefined || kill.from > event.t) break;
      this.#takeOvers.push({ from: kill.from, awaited: this.#busy(kill), waits: [] });
    }
    if (event.event !== 'connect') return;
    for (const { from, awaited, waits } of this.#takeOvers) {
      if (awaited.delete(event.device)) waits.push(event.t - from);
    }
  }

  #busy({ devices, from }: Fault): Set<string> {
    const { steps, pauses } = this.#context;
    const midway = this.#plan.contacts.filter(
      ({ to, device }) => (devices === 'all' || devices.has(device)) && steps.isMidway(to),
    );
    const busy = midway.map(({ device }) => device);
    return new Set(busy.filter((device) => pauses.at(device, from) === undefined));
  }
}

export interface TakeOverFigures {
  readonly kills: number;
  /** Devices that had work when their worker was killed, over all kills, and how many of them connected again. */
  readonly awaited: number;
  readonly back: number;
  readonly first_ms: readonly number[];
  readonly last_ms: readonly number[];
}
