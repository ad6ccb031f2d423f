import { strikesSends } from '../fault-kinds.ts';
import type { Faults } from '../faults.ts';
import type { LedgerEvent, LedgerMessage } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';

const shutdown = 'worker_terminated';

/** An accepted message whose ack is still to come. */
interface Unacked {
  readonly conn: number;
  readonly t: number;
  readonly n: number;
}

/**
 * A worker that is told to end (SIGTERM) first hears the answers to what it sent.
 *
 * Cut off is a message that was accepted, and whose connection ended before its ack while the worker was ending; unless
 * another fault of the device may have kept the ack back.
 */
export class ShutdownsRule implements Rule {
  readonly #faults: Faults;
  readonly #unacked = new Map<string, Map<string, Unacked>>();
  readonly #cutOff: number[] = [];

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** `duration_ms` of those whose end is known; `cutOff` has the lines of the messages. */
  get figures(): ShutdownFigures {
    const shutdowns = this.#faults.all.filter(({ kind }) => kind === shutdown);
    const ended = shutdowns.filter((fault) => fault.ended);
    return {
      shutdowns: shutdowns.length,
      duration_ms: ended.map(({ from, until }) => until - from),
      cutOff: [...this.#cutOff],
    };
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'message' && event.outcome === 'accepted') this.#hearMessage(event);
    else if (event.event === 'ack') this.#unacked.get(event.device)?.delete(event.id);
    else if (event.event === 'disconnect' || event.event === 'conflict') this.#hearEnd(event);
    else if (event.event === 'start') this.#unacked.clear();
  }

  #hearMessage({ device, id, conn, t, n }: LedgerMessage): void {
    const unacked = this.#unacked.get(device) ?? new Map<string, Unacked>();
    this.#unacked.set(device, unacked.set(id, { conn, t, n }));
  }

  #hearEnd({ device, conn, t }: { device: string; conn: number; t: number }): void {
    const unacked = this.#unacked.get(device);
    for (const [id, message] of unacked ?? []) {
      if (message.conn !== conn) continue;
      unacked?.delete(id);
      if (this.#wasCutOff(device, { from: message.t, until: t })) this.#cutOff.push(message.n);
    }
  }

  #wasCutOff(device: string, { from, until }: { from: number; until: number }): boolean {
    const now = { from: until, until, graceMs: 0 };
    const meanwhile = { from, until, graceMs: 0 };
    const others = (kind: string) => kind !== shutdown && strikesSends(kind);
    return (
      this.#faults.striking(device, now, (kind) => kind === shutdown).length > 0 &&
      this.#faults.striking(device, meanwhile, others).length === 0
    );
  }
}

export interface ShutdownFigures {
  readonly shutdowns: number;
  readonly duration_ms: readonly number[];
  readonly cutOff: readonly number[];
}
