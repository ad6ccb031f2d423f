import type { Ledger } from './ledger.ts';
import type { Connection, Link } from './link.ts';

/** "Replaced by another connection", as WhatsApp's 440. */
export const REPLACED = 4440;
/** RFC 6455: the client said goodbye and gave no code, or none that was read yet. */
const NO_CODE = 1005;

/** How this side ends a connection; 1006 cuts it. */
interface Ending {
  readonly code: number;
  readonly reason?: string;
}

/** Who is connected: at most one connection for each device, the newer wins. */
export class Connections {
  readonly #ledger: Ledger;
  readonly #live = new Map<string, Connection>();
  #count = 0;
  #conflicts = 0;
  #ended = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get figures(): { connects: number; disconnects: number; conflicts: number; open: number } {
    return {
      connects: this.#count,
      disconnects: this.#ended,
      conflicts: this.#conflicts,
      open: this.#live.size,
    };
  }

  get(device: string): Connection | undefined {
    return this.#live.get(device);
  }

  open(device: string, link: Link): Connection {
    const older = this.#live.get(device);
    if (older !== undefined) this.#replace(older);
    this.#count += 1;
    const connection: Connection = { device, number: this.#count, link, state: 'opening' };
    this.#live.set(device, connection);
    this.#ledger.append({ event: 'connect', device, conn: connection.number });
    return connection;
  }

  /** Records the end of a connection. Says whether it was news. */
  ended(connection: Connection, code: number): boolean {
    if (connection.state === 'ended') return false;
    connection.state = 'ended';
    this.#live.delete(connection.device);
    this.#ended += 1;
    const { device, number: conn } = connection;
    this.#ledger.append({ event: 'disconnect', device, conn, code });
    return true;
  }

  /** Ends a connection from this side. The client learns of it once the ledger has it. */
  end(connection: Connection, { code, reason }: Ending): void {
    if (!this.ended(connection, code)) return;
    this.#ledger.whenWritten(() => {
      connection.link.close(code, reason);
    });
  }

  endAll(ending: Ending): void {
    for (const connection of this.#live.values()) this.end(connection, ending);
  }

  /** A client that said goodbye but whose socket is not down yet was replaced in good order: no conflict. */
  #replace(older: Connection): void {
    if (!older.link.open) {
      this.ended(older, NO_CODE);
      return;
    }
    this.#conflicts += 1;
    this.#ledger.append({ event: 'conflict', device: older.device, conn: older.number });
    this.end(older, { code: REPLACED, reason: 'replaced by a newer connection' });
  }
}
