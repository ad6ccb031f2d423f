import type { Connections } from './connections.ts';
import type { Connection, Notice } from './link.ts';

/**
 * Brings notices to devices, and keeps them for those that are not connected.
 *
 * A device's notices arrive in the order they were posted. What is kept is bounded by what was accepted and said.
 */
export class Mailbox {
  readonly #connections: Connections;
  readonly #kept = new Map<string, Notice[]>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** How many notices wait, over all devices. */
  get size(): number {
    return [...this.#kept.values()].reduce((sum, notices) => sum + notices.length, 0);
  }

  /** Sends the notice now, or keeps it. Says which. */
  post(device: string, notice: Notice): 'sent' | 'kept' {
    const connection = this.#connections.get(device);
    // A client that has begun to leave reads no more, and one that is opening must get the older ones first.
    if (connection?.state === 'open' && connection.link.open) {
      connection.link.notify(notice);
      return 'sent';
    }
    const kept = this.#kept.get(device);
    if (kept === undefined) this.#kept.set(device, [notice]);
    else kept.push(notice);
    return 'kept';
  }

  /** Sends a connection what was kept for its device, then opens it for what comes. */
  handOver(connection: Connection): void {
    if (connection.state !== 'opening' || !connection.link.open) return;
    const kept = this.#kept.get(connection.device) ?? [];
    this.#kept.delete(connection.device);
    for (const notice of kept) connection.link.notify(notice);
    connection.state = 'open';
    connection.link.offlineDone();
  }
}
