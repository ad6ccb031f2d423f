import { keepsConnections } from '../fault-kinds.ts';
import type { Faults } from '../faults.ts';
import type { LedgerEvent } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

interface ConnectionsContext {
  readonly faults: Faults;
  /** How long after its end a fault still explains a conflict, ms. */
  readonly faultGraceMs: number;
  readonly report: Report;
}

/**
 * Never two live connections of one device, and no frame but from the live one: two workers would both believe that it is
 * theirs.
 *
 * A fault that keeps an owner from closing its connection explains that the next owner replaces it, and that what was on
 * its way arrives when nobody listens any more; both are counted apart.
 */
export class ConnectionsRule implements Rule {
  readonly #context: ConnectionsContext;
  /** Live connections of each device, and the line that opened each. */
  readonly #live = new Map<string, Map<number, number>>();
  readonly #figures = { connects: 0, conflicts: 0, conflictsExplained: 0, framesExplained: 0 };

  constructor(context: ConnectionsContext) {
    this.#context = context;
  }

  get figures(): ConnectionFigures {
    return { ...this.#figures };
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'connect') this.#hearConnect(event);
    else if (event.event === 'conflict') this.#hearConflict(event);
    else if (event.event === 'disconnect') this.#connectionsOf(event.device).delete(event.conn);
    else if (event.event === 'message') this.#checkOwner(event);
    // A network that starts again has no connections; nobody wrote their end.
    else if (event.event === 'start') this.#live.clear();
  }

  #hearConnect({ device, conn, n }: Connected): void {
    this.#figures.connects += 1;
    const others = [...this.#connectionsOf(device)];
    this.#connectionsOf(device).set(conn, n);
    if (others.length === 0) return;
    const numbers = others.map(([other]) => other).join(', ');
    const lines = others.map(([, line]) => line);
    const detail = `connection ${conn} opened while ${numbers} was live`;
    this.#context.report({ kind: 'two_connections', n: [...lines, n], device, detail });
  }

  /** The network saw both and closed the older; gone from here, it is not reported again by what follows. */
  #hearConflict(event: Connected): void {
    const { device, conn, n } = event;
    this.#figures.conflicts += 1;
    const opened = this.#connectionsOf(device).get(conn);
    this.#connectionsOf(device).delete(conn);
    if (this.#isExplained(event)) {
      this.#figures.conflictsExplained += 1;
      return;
    }
    const detail = `connection ${conn} was live when a newer one replaced it`;
    const lines = opened === undefined ? [n] : [opened, n];
    this.#context.report({ kind: 'conflict', n: lines, device, detail });
  }

  /** What the network drops from a connection that has ended is of an owner who had not learnt it, or of one who is none. */
  #checkOwner(message: Connected & { readonly outcome: string }): void {
    const { device, conn, n, outcome } = message;
    const live = this.#connectionsOf(device);
    if (live.has(conn) || (outcome !== 'accepted' && live.size === 0)) return;
    if (outcome !== 'accepted' && this.#isExplained(message)) {
      this.#figures.framesExplained += 1;
      return;
    }
    const detail = `a message was ${outcome} on connection ${conn}, which was not live`;
    this.#context.report({ kind: 'frame_of_non_owner', n: [n], device, detail });
  }

  #isExplained({ device, t }: Connected): boolean {
    const { faults, faultGraceMs: graceMs } = this.#context;
    return faults.striking(device, { from: t, until: t, graceMs }, keepsConnections).length > 0;
  }

  #connectionsOf(device: string): Map<number, number> {
    const known = this.#live.get(device);
    if (known !== undefined) return known;
    const none = new Map<number, number>();
    this.#live.set(device, none);
    return none;
  }
}

export interface ConnectionFigures {
  readonly connects: number;
  readonly conflicts: number;
  readonly conflictsExplained: number;
  /** Frames of a connection that had been replaced, dropped by the network. */
  readonly framesExplained: number;
}

interface Connected {
  readonly device: string;
  readonly conn: number;
  readonly n: number;
  readonly t: number;
}
