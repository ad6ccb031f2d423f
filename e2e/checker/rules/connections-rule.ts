import type { LedgerEvent } from '../ledger-event.ts';
import type { Rule } from '../rule.ts';
import type { Report } from '../violation.ts';

/** Never two live connections of one device: two workers would both believe that it is theirs. */
export class ConnectionsRule implements Rule {
  readonly #report: Report;
  /** Live connections of each device, and the line that opened each. */
  readonly #live = new Map<string, Map<number, number>>();
  #connects = 0;
  #conflicts = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  get figures(): { connects: number; conflicts: number } {
    return { connects: this.#connects, conflicts: this.#conflicts };
  }

  hear(event: LedgerEvent): void {
    if (event.event === 'connect') this.#hearConnect(event);
    else if (event.event === 'conflict') this.#hearConflict(event);
    else if (event.event === 'disconnect') this.#connectionsOf(event.device).delete(event.conn);
    else if (event.event === 'message') this.#checkLive(event);
    // A network that starts again has no connections; nobody wrote their end.
    else if (event.event === 'start') this.#live.clear();
  }

  #hearConnect({ device, conn, n }: Connected): void {
    this.#connects += 1;
    const others = [...this.#connectionsOf(device)];
    this.#connectionsOf(device).set(conn, n);
    if (others.length === 0) return;
    const numbers = others.map(([other]) => other).join(', ');
    const lines = others.map(([, line]) => line);
    const detail = `connection ${conn} opened while ${numbers} was live`;
    this.#report({ kind: 'two_connections', n: [...lines, n], device, detail });
  }

  /** The network saw both and closed the older; gone from here, it is not reported again by what follows. */
  #hearConflict({ device, conn, n }: Connected): void {
    this.#conflicts += 1;
    const opened = this.#connectionsOf(device).get(conn);
    this.#connectionsOf(device).delete(conn);
    const detail = `connection ${conn} was live when a newer one replaced it`;
    const lines = opened === undefined ? [n] : [opened, n];
    this.#report({ kind: 'two_connections', n: lines, device, detail });
  }

  #checkLive(message: Connected & { readonly outcome: string }): void {
    const { device, conn, n } = message;
    if (message.outcome !== 'accepted' || this.#connectionsOf(device).has(conn)) return;
    const detail = `a message was accepted on connection ${conn}, which was not live`;
    this.#report({ kind: 'two_connections', n: [n], device, detail });
  }

  #connectionsOf(device: string): Map<number, number> {
    const known = this.#live.get(device);
    if (known !== undefined) return known;
    const none = new Map<number, number>();
    this.#live.set(device, none);
    return none;
  }
}

interface Connected {
  readonly device: string;
  readonly conn: number;
  readonly n: number;
}
