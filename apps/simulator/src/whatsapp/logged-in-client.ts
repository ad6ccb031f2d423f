import type { Connection } from '../link.ts';
import { answerQuery } from './answer-query.ts';
import type { ClientStage } from './client-stage.ts';
import { honourRetry } from './honour-retry.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { OneByOne } from './one-by-one.ts';
import { pushHistory } from './push-history.ts';
import { receiveMessage } from './receive-message.ts';
import { type Stanza, stanza } from './stanza.ts';
import { stanzaKey, WhatsappLink } from './whatsapp-link.ts';

/** RFC 6455: data of a kind this end cannot accept. */
const UNACCEPTABLE = 1003;
/** A client that writes messages faster than they are decrypted is not read meanwhile. */
const MOST_WAITING = 64;

/**
 * A client whose device is known: it sends messages and receipts, asks queries, confirms what it got.
 *
 * Messages are taken one after the other, for a Signal session counts them; queries are answered as they come.
 */
export class LoggedInClient implements ClientStage {
  readonly #parts: LoggedInParts;
  readonly #link: WhatsappLink;
  readonly #connection: Connection;
  readonly #askedAgain = new Set<string>();
  readonly #work = new OneByOne(() => {
    this.expel(UNACCEPTABLE);
  });
  #waiting = 0;

  constructor(parts: LoggedInParts) {
    const { socket, server, companion } = parts;
    this.#parts = parts;
    this.#link = new WhatsappLink({
      ...parts,
      writer: server.writer,
      network: server.network,
      onCaughtUp: () => {
        // On its own: it waits for the client's keys, and messages need not.
        if (companion.awaitsHistory) pushHistory(parts).catch(() => socket.end(UNACCEPTABLE));
      },
    });
    server.tally.logins += 1;
    this.#connection = server.network.login(companion.phone, this.#link);
  }

  take(message: Stanza): void {
    switch (message.tag) {
      case 'iq':
        if (this.#link.open) answerQuery(message, this.#parts);
        return;
      case 'message':
        this.#enqueue(async () => {
          await receiveMessage(message, { ...this.#parts, connection: this.#connection });
        });
        return;
      case 'receipt':
        this.#takeReceipt(message);
        return;
      case 'ack': {
        this.#takeAck(message);
        return;
      }
      default:
      // Presence, chat states and session reports are not answered.
    }
  }

  expel(code: number): void {
    this.#parts.server.network.expel(this.#connection, code, 'not the protocol');
  }

  /** What it sent before it left is taken first. */
  leave(code: number): void {
    this.#enqueue(async () => {
      this.#parts.server.network.leave(this.#connection, code);
    });
  }

  #takeAck({ attrs }: Stanza): void {
    const { class: tag = '', id = '', error } = attrs;
    // It refuses what it has asked for again, and gets that under the same id.
    if (error !== undefined && this.#askedAgain.delete(id)) return;
    this.#link.confirm(this.#connection, stanzaKey({ tag, attrs }));
  }

  /** A receipt says that the client has a message, or that it cannot read it and wants it again. */
  #takeReceipt(receipt: Stanza): void {
    const { id = '', to = '', type } = receipt.attrs;
    const answer = { class: 'receipt', id, from: to, ...(type === undefined ? {} : { type }) };
    this.#parts.socket.send(stanza('ack', answer));
    const notice = type === 'retry' ? this.#link.findMessage(id) : undefined;
    this.#link.confirm(this.#connection, stanzaKey({ tag: 'message', attrs: receipt.attrs }));
    if (notice === undefined) return;
    this.#askedAgain.add(id);
    honourRetry(receipt, this.#parts, notice);
  }

  #enqueue(task: () => Promise<void>): void {
    this.#waiting += 1;
    if (this.#waiting === MOST_WAITING) this.#parts.socket.pause();
    this.#work.add(async () => {
      try {
        await task();
      } finally {
        if (this.#waiting === MOST_WAITING) this.#parts.socket.resume();
        this.#waiting -= 1;
      }
    });
  }
}
