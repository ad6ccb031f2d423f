import { randomBytes } from 'node:crypto';
import { Connections } from './connections.ts';
import { Contacts } from './contacts.ts';
import { delayOf, type Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import type { MediaKind, Outcome } from './ledger-event.ts';
import type { Address, Connection, Link, Notice } from './link.ts';
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
  readonly content: Content;
}

/** What the contact's phone finds in a message. */
export type Content =
  | { readonly kind: 'text'; readonly text: string; readonly media?: MediaKind | undefined }
  /** It cannot be decrypted. */
  | { readonly kind: 'unreadable' }
  /** Nothing in it is for this contact, or nobody has the number. */
  | { readonly kind: 'absent' };

/** How a message came to the contact: `as_noise`, it cannot be read; `lost`, it came to nobody. */
type Reached = 'first_time' | 'once_more' | 'as_noise' | 'lost';

/** What a contact writes to a device. Numbers are `+E164`. */
export interface Words {
  readonly from: string;
  readonly device: string;
  readonly text: string;
  readonly address?: Address | undefined;
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
  #undecryptable = 0;
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
      undecryptable: this.#undecryptable,
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
    const shown = outcome === 'accepted' ? this.#reach(connection, message) : 'not_at_all';
    if (shown === 'not_at_all') this.#record(connection, message, outcome);
    if (answer.kind === 'close') this.#connections.end(connection, { code: answer.code });
    const afterMs = answer.kind === 'ack' ? answer.afterMs : undefined;
    this.#schedule.after(afterMs ?? delayOf(this.#latency.ack, id, 'ack'), () => {
      if (answer.kind === 'ack') this.#ack(connection, { to, id }, answer.error);
      if (shown === 'first_time') this.#contacts.sendReceipts({ device, to, id });
      if (shown === 'as_noise') this.#contacts.askAgain({ device, to, id });
    });
  }

  /** Tells a device something, now or at its next login. */
  notify(device: string, notice: Notice): void {
    this.#mailbox.post(device, notice);
  }

  /** A client has the notice for good. */
  confirm({ device }: Pick<Connection, 'device'>, notice: Notice): void {
    this.#mailbox.confirm(device, notice);
  }

  /** A contact's phone asks for a message again. Says whether it still does: it gives up after five times. */
  askAgain(message: { device: string; to: string; id: string }): boolean {
    return this.#contacts.askAgain(message);
  }

  /** The connection a device has now. */
  connectionOf(device: string): Connection | undefined {
    return this.#connections.get(device);
  }

  /** Ends a device's connection with a code. Says whether it had one. */
  end(device: string, code: number): boolean {
    const connection = this.#connections.get(device);
    if (connection !== undefined) this.#connections.end(connection, { code });
    return connection !== undefined;
  }

  /** A number got a linked device. */
  pair(device: string): void {
    this.#ledger.append({ event: 'paired', device });
  }

  /** A number lost its linked device: nothing is kept for it any more. */
  unpair(device: string): void {
    this.#mailbox.forget(device);
    this.#ledger.append({ event: 'unpaired', device });
  }

  /** Runs `task` once the ledger has what happened so far, or never when the network stops before. */
  afterLedger(task: () => void): void {
    this.#ledger.whenWritten(task);
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
  async say({ from, device, text, address }: Words): Promise<{
    id: string;
    delivery: 'sent' | 'kept';
  }> {
    const id = `3A${randomBytes(9).toString('hex').toUpperCase()}`;
    this.#inbound += 1;
    this.#ledger.append({ event: 'inbound', device, from, text });
    return await new Promise((resolve) => {
      this.#ledger.whenWritten(() => {
        const notice = { kind: 'inbound', id, from, text, address } as const;
        const delivery = this.#mailbox.post(device, notice);
        resolve({ id, delivery });
      });
    });
  }

  /** Ends every connection and calls off what was to come. */
  stop(): void {
    this.#schedule.close();
    this.#connections.endAll({ code: GOING_AWAY });
  }

  /** The contact's phone gets a message: what it shows, and what the ledger says of it. */
  #reach(connection: Connection, message: OutgoingMessage): Reached {
    const { device, number: conn } = connection;
    const { to, id, content } = message;
    if (content.kind !== 'text') {
      this.#record(connection, message, 'dropped');
      if (content.kind === 'absent') return 'lost';
      this.#undecryptable += 1;
      return 'as_noise';
    }
    const awaited = this.#contacts.wasAwaited({ device, to, id });
    if (this.#contacts.show({ device, to, id })) {
      this.#record(connection, message, 'accepted');
      return 'first_time';
    }
    if (awaited) {
      this.#ledger.append({ event: 'resent', device, conn, to, id, text: content.text });
    } else {
      this.#repeats += 1;
      this.#record(connection, message, 'accepted');
    }
    return 'once_more';
  }

  #record({ device, number: conn }: Connection, message: OutgoingMessage, outcome: Outcome): void {
    const { to, id, content } = message;
    const { text, media } = content.kind === 'text' ? content : { text: '' };
    this.#messages[outcome] += 1;
    const carried = media === undefined ? {} : { media };
    this.#ledger.append({ event: 'message', device, conn, to, id, text, ...carried, outcome });
  }

  /** An ack reaches only the connection its message came on. */
  #ack(connection: Connection, message: { to: string; id: string }, error?: number): void {
    const { device, link } = connection;
    const { id } = message;
    if (connection.state === 'ended' || !link.open) return;
    this.#acks += 1;
    this.#ledger.append({ event: 'ack', device, id, ...(error === undefined ? {} : { error }) });
    this.#ledger.whenWritten(() => {
      link.ack(message, error);
    });
  }
}
