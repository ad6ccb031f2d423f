import { randomBytes } from 'node:crypto';
import { Connections } from './connections.ts';
import { Contacts } from './contacts.ts';
import { delayOf, type Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import type { Outcome } from './ledger-event.ts';
import type { Connection, Link } from './link.ts';
import { Mailbox } from './mailbox.ts';
import { messageFate } from './message-fate.ts';
import type { Rules } from './rules.ts';
import { Schedule } from './schedule.ts';

/** RFC 6455: the server is going away. */
const GOING_AWAY = 1001;

/** What a device sends. `to` is `+E164`. */
export interface OutgoingMessage {
  readonly to: string;
  readonly id: string;
  readonly text: string;
}

/**
 * The fake WhatsApp network behind every protocol: who is connected, what became of each message, what a device is
 * told. It knows no frames; a protocol gives it a `Link` for each client and calls `receive` and `leave`.
 */
export class Network {
  readonly #ledger: Ledger;
  readonly #rules: Rules;
  readonly #latency: Latency;
  readonly #schedule = new Schedule();
  readonly #connections: Connections;
  readonly #mailbox: Mailbox;
  readonly #contacts: Contacts;
  readonly #messages: Record<Outcome, number> = { accepted: 0, dropped: 0, nacked: 0 };
  #repeats = 0;
  #acks = 0;
  #inbound = 0;

  constructor(parts: { ledger: Ledger; rules: Rules; latency: Latency }) {
    this.#ledger = parts.ledger;
    this.#rules = parts.rules;
    this.#latency = parts.latency;
    this.#connections = new Connections(this.#ledger);
    this.#mailbox = new Mailbox(this.#connections);
    this.#contacts = new Contacts({ ...parts, mailbox: this.#mailbox, schedule: this.#schedule });
  }

  /** Counts since the process started; `open` connections, `kept` notices and `rules` are those of now. */
  get figures(): Record<string, number> {
    return {
      ...this.#messages,
      ...this.#contacts.figures,
      repeats: this.#repeats,
      acks: this.#acks,
      inbound: this.#inbound,
      ...this.#connections.figures,
      kept: this.#mailbox.size,
      rules: this.#rules.strikesLeft,
      ledger_lines: this.#ledger.length,
    };
  }

  /** Lets a device in: closes an older connection of it, then sends what was kept for it. */
  login(device: string, link: Link): Connection {
    const connection = this.#connections.open(device, link);
    this.#ledger.whenWritten(() => {
      this.#mailbox.handOver(connection);
    });
    return connection;
  }

  /** Takes a message from a device and answers it as the first matching rule says. */
  receive(connection: Connection, message: OutgoingMessage): void {
    const { device } = connection;
    if (connection.state === 'ended') {
      // Written by a client that was cut off or replaced: worth a line, for nobody should have sent it.
      this.#record(connection, message, 'dropped');
      return;
    }
    const { to, id } = message;
    const { outcome, answer } = messageFate(this.#rules.take({ on: 'message', device, to, id }));
    this.#record(connection, message, outcome);
    const shown = outcome === 'accepted' && this.#contacts.show({ device, to, id });
    if (outcome === 'accepted' && !shown) this.#repeats += 1;
    if (answer.kind === 'close') this.#connections.end(connection, { code: answer.code });
    const afterMs = answer.kind === 'ack' ? answer.afterMs : undefined;
    this.#schedule.after(afterMs ?? delayOf(this.#latency.ack, id, 'ack'), () => {
      if (answer.kind === 'ack') this.#ack(connection, id, answer.error);
      if (shown) this.#contacts.sendReceipts({ device, to, id });
    });
  }

  /** Closes a client that broke its protocol. */
  expel(connection: Connection, code: number, reason: string): void {
    this.#connections.end(connection, { code, reason });
  }

  /** A client's connection is gone. */
  leave(connection: Connection, code: number): void {
    this.#connections.ended(connection, code);
  }

  /** A contact writes to a device. Returns the message's id, and whether the device got it now or will at its next connect. */
  async say(words: { from: string; device: string; text: string }): Promise<{
    id: string;
    delivery: 'sent' | 'kept';
  }> {
    const { from, device, text } = words;
    const id = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    this.#inbound += 1;
    this.#ledger.append({ event: 'inbound', device, from, text });
    return await new Promise((resolve) => {
      this.#ledger.whenWritten(() => {
        const delivery = this.#mailbox.post(device, { kind: 'inbound', id, from, text });
        resolve({ id, delivery });
      });
    });
  }

  /** Ends every connection and calls off what was to come. */
  stop(): void {
    this.#schedule.close();
    this.#connections.endAll({ code: GOING_AWAY });
  }

  #record({ device, number: conn }: Connection, message: OutgoingMessage, outcome: Outcome): void {
    const { to, id, text } = message;
    this.#messages[outcome] += 1;
    this.#ledger.append({ event: 'message', device, conn, to, id, text, outcome });
  }

  /** An ack reaches only the connection its message came on. */
  #ack(connection: Connection, id: string, error?: number): void {
    const { device, link } = connection;
    if (connection.state === 'ended' || !link.open) return;
    this.#acks += 1;
    this.#ledger.append({ event: 'ack', device, id, ...(error === undefined ? {} : { error }) });
    this.#ledger.whenWritten(() => {
      link.ack(id, error);
    });
  }
}
