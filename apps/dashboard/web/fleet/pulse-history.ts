import { signal } from '@preact/signals';
import type { FleetPulse } from '../../src/wire.ts';

/** Pulses that the sparkline shows: about as many seconds. */
export const pulsesShown = 240;
/** Without a pulse for longer than this (ms), the line begins anew: it must not join what was not seen. */
const gapMost = 15_000;

/** The last pulses, and the server's clock. */
export class PulseHistory {
  readonly #last = signal<FleetPulse | undefined>(undefined);
  #sent: readonly number[] = [];
  /** Server's clock less our own (ms). */
  #skew = 0;

  get last(): FleetPulse | undefined {
    return this.#last.value;
  }

  /** Messages accepted in the minute before each pulse, the newest last. Read `last` to follow it. */
  get sent(): readonly number[] {
    return this.#sent;
  }

  add(pulse: FleetPulse): void {
    const before = this.#last.peek();
    const kept = before && pulse.at - before.at <= gapMost ? this.#sent : [];
    this.#sent = [...kept, pulse.sentLastMinute].slice(-pulsesShown);
    this.#skew = pulse.at - Date.now();
    this.#last.value = pulse;
  }

  /** Epoch ms by the server's clock, for instants that the server names. */
  now(): number {
    return Date.now() + this.#skew;
  }
}
