import { strikesSends } from '../fault-kinds.ts';
import type { Faults } from '../faults.ts';
import { isStop } from '../is-stop.ts';
import type { LedgerEvent } from '../ledger-event.ts';

/** A contact's STOP that a device was, or was not yet, able to hear. Times are epoch ms, `n` the ledger's line. */
export interface Stop {
  readonly t: number;
  readonly n: number;
  readonly device: string;
  state:
    | { readonly kind: 'waiting' }
    /** A fault struck while it came: heard at `at` if the connection still lives at `sureAt`. */
    | {
        readonly kind: 'listening';
        readonly conn: number;
        readonly at: number;
        readonly sureAt: number;
      }
    | { readonly kind: 'heard'; readonly at: number }
    | { readonly kind: 'lost' };
}

interface HearingContext {
  readonly faults: Faults;
  readonly graceMs: number;
  /** Whether the network keeps what a client did not confirm, and hands it over at its next login. */
  readonly kept: boolean;
}

/**
 * When each STOP was heard: the ledger says when the contact wrote it, which is earlier.
 *
 * The network hands it to the device's live connection at once, or to its next one, before anything else. If a fault struck
 * the device just then, it counts as heard when the fault was over, provided the same connection lived on. If that ended,
 * the STOP died in its socket: it comes again with the next connection where the network keeps what was not confirmed, as
 * WhatsApp does; else nobody can have heard it.
 */
export class StopHearing {
  readonly #context: HearingContext;
  readonly #live = new Map<string, number>();
  readonly #ofContact = new Map<string, Stop[]>();
  /** Those that wait or listen, by device. */
  readonly #open = new Map<string, Stop[]>();

  constructor(context: HearingContext) {
    this.#context = context;
  }

  /** Everybody who wrote STOP so far. */
  get contacts(): Iterable<string> {
    return this.#ofContact.keys();
  }

  /** Contacts none of whose STOPs was heard. */
  get unheard(): number {
    const stops = [...this.#ofContact.values()];
    return stops.filter((all) => all.every(({ state }) => !isSure(state))).length;
  }

  has(contact: string): boolean {
    return this.#ofContact.has(contact);
  }

  /** The STOP of a contact that was heard first, if any was by `t`. */
  firstHeard(contact: string, t: number): { stop: Stop; at: number } | undefined {
    const heard = (this.#ofContact.get(contact) ?? []).flatMap((stop) =>
      isSure(stop.state, t) ? { stop, at: stop.state.at } : [],
    );
    return heard.toSorted((a, b) => a.at - b.at)[0];
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'inbound' && isStop(event.text)) this.#take(event);
    else if (event.event === 'connect') this.#connect(event);
    else if (event.event === 'disconnect' || event.event === 'conflict') this.#end(event);
    // The network itself was gone, and every connection with it.
    else if (event.event === 'start') {
      for (const [device, conn] of this.#live) this.#end({ device, conn, t: event.t });
    }
  }

  #take({ device, from, t, n }: { device: string; from: string; t: number; n: number }): void {
    const stop: Stop = { t, n, device, state: { kind: 'waiting' } };
    this.#ofContact.set(from, [...(this.#ofContact.get(from) ?? []), stop]);
    const conn = this.#live.get(device);
    if (conn !== undefined) this.#hand(stop, { conn, t });
    this.#open.set(device, [...(this.#open.get(device) ?? []), stop].filter(isOpen));
  }

  #connect({ device, conn, t }: Connected): void {
    this.#live.set(device, conn);
    const open = this.#open.get(device);
    if (open === undefined) return;
    for (const stop of open) {
      if (stop.state.kind === 'waiting') this.#hand(stop, { conn, t });
    }
    this.#open.set(device, open.filter(isOpen));
  }

  #hand(stop: Stop, { conn, t }: { conn: number; t: number }): void {
    const { faults, graceMs } = this.#context;
    const span = { from: t, until: t + graceMs, graceMs };
    const ends = faults.striking(stop.device, span, strikesSends).map(({ until }) => until);
    const at = Math.max(t, ...ends);
    const heard = { kind: 'heard', at } as const;
    stop.state = ends.length === 0 ? heard : { kind: 'listening', conn, at, sureAt: at + graceMs };
  }

  #end({ device, conn, t }: Connected): void {
    if (this.#live.get(device) === conn) this.#live.delete(device);
    const open = this.#open.get(device);
    if (open === undefined) return;
    for (const stop of open) {
      const { state } = stop;
      if (state.kind !== 'listening' || state.conn !== conn) continue;
      if (t >= state.sureAt) stop.state = { kind: 'heard', at: state.at };
      else stop.state = { kind: this.#context.kept ? 'waiting' : 'lost' };
    }
    this.#open.set(device, open.filter(isOpen));
  }
}

interface Connected {
  readonly device: string;
  readonly conn: number;
  readonly t: number;
}

/** At `t`, or in the end. */
function isSure(
  state: Stop['state'],
  t = Number.POSITIVE_INFINITY,
): state is Extract<Stop['state'], { at: number }> {
  return state.kind === 'heard' || (state.kind === 'listening' && state.sureAt <= t);
}

function isOpen({ state }: Stop): boolean {
  return state.kind === 'waiting' || state.kind === 'listening';
}
