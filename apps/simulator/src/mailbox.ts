import type { Connections } from './connections.ts';
import type { Connection, Notice } from './link.ts';

/**
 * Brings notices to devices, and keeps them for those that are not connected.
 *
 * A device's notices arrive in the order they were posted. A client that confirms them loses none by dying. What is
 * kept is bounded by what was accepted and said.
 */
export class Mailbox {
  readonly #connections: Connections;
  readonly #kept = new Map<string, Set<Notice>>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** How many notices wait, over all devices. */
  get size(): number {
    return [...this.#kept.values()].reduce((sum, notices) => sum + notices.size, 0);
  }

  /** Sends the notice now, or keeps it. Says which. */
  post(device: string, notice: Notice): 'sent' | 'kept' {
    const connection = this.#connections.get(device);
    // A client that has begun to leave reads no more, and one that is opening must get the older ones first.
    const link = connection?.state === 'open' && connection.link.open ? connection.link : undefined;
    if (link?.confirms !== false) this.#keep(device, notice);
    link?.notify(notice);
    return link === undefined ? 'kept' : 'sent';
  }

  /** A client has the notice for good. */
  confirm(device: string, notice: Notice): void {
    const kept = this.#kept.get(device);
    if (kept?.delete(notice) === true && kept.size === 0) this.#kept.delete(device);
  }

  /** Throws away what is kept for a device that is none any more. */
  forget(device: string): void {
    this.#kept.delete(device);
  }

  /** Sends a connection what was kept for its device, then opens it for what comes. */
  handOver(connection: Connection): void {
    if (connection.state !== 'opening' || !connection.link.open) return;
    const kept = [...(this.#kept.get(connection.device) ?? [])];
    if (!connection.link.confirms) this.#kept.delete(connection.device);
    connection.state = 'open';
    connection.link.welcome(kept);
  }

  #keep(device: string, notice: Notice): void {
    const kept = this.#kept.get(device);
    if (kept === undefined) this.#kept.set(device, new Set([notice]));
    else kept.add(notice);
  }
}
