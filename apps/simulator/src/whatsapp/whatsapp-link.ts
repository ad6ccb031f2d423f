import type { Connection, Link, Notice } from '../link.ts';
import type { Network } from '../network.ts';
import { jidOf, lidOf } from './address.ts';
import type { Companion } from './companion.ts';
import { SERVER_ERROR } from '../message-fate.ts';
import { OneByOne } from './one-by-one.ts';
import type { NoticeWriter } from './notice-writer.ts';
import { secondsNow, stanza, type Stanza } from './stanza.ts';
import { farewellFor, type StanzaSocket } from './stanza-socket.ts';

interface LinkParts {
  readonly socket: StanzaSocket;
  readonly companion: Companion;
  readonly writer: NoticeWriter;
  readonly network: Network;
  /** Called once the client has been told everything that was kept. */
  readonly onCaughtUp: () => void;
}

/** The network's end of one logged-in WhatsApp client. Notices go out one after the other, in their order. */
export class WhatsappLink implements Link {
  readonly confirms = true;
  readonly #parts: LinkParts;
  /** By stanza key, the oldest first: a phone may ask for one message twice. */
  readonly #unconfirmed = new Map<string, Notice[]>();
  readonly #outbox = new OneByOne(() => {
    this.#parts.socket.end(SERVER_ERROR);
  });

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  get open(): boolean {
    return this.#parts.socket.open;
  }

  welcome(kept: readonly Notice[]): void {
    const { socket, companion } = this.#parts;
    const lid = lidOf(companion.phone, companion.id);
    socket.send(stanza('success', { t: secondsNow(), lid, props: '2', location: 'sim' }));
    if (kept.length > 0) socket.send(offlinePreview(kept));
    for (const notice of kept) this.#enqueue(notice, { offline: '0' });
    this.#outbox.add(() => {
      const count = String(kept.length);
      socket.send(stanza('ib', {}, [stanza('offline', { count })]));
      this.#parts.onCaughtUp();
    });
  }

  ack({ id, to }: { readonly id: string; readonly to: string }, error?: number): void {
    const refusal = error === undefined ? {} : { error: String(error) };
    const attrs = { class: 'message', id, from: jidOf(to), t: secondsNow(), ...refusal };
    this.#parts.socket.send(stanza('ack', attrs));
  }

  notify(notice: Notice): void {
    this.#enqueue(notice, {});
  }

  close(code: number): void {
    this.#parts.socket.end(code, farewellFor(code));
  }

  /** The client has the stanza of this key; see `stanzaKey`. */
  confirm(connection: Connection, key: string): void {
    const waiting = this.#unconfirmed.get(key) ?? [];
    const notice = waiting.shift();
    if (notice === undefined) return;
    if (waiting.length === 0) this.#unconfirmed.delete(key);
    this.#parts.writer.forget(notice);
    this.#parts.network.confirm(connection, notice);
  }

  /** A contact's message that the client has not confirmed. */
  findMessage(id: string): Notice | undefined {
    return this.#unconfirmed.get(stanzaKey({ tag: 'message', attrs: { id } }))?.[0];
  }

  #enqueue(notice: Notice, marks: Readonly<Record<string, string>>): void {
    this.#outbox.add(async () => {
      const { socket, companion, writer } = this.#parts;
      if (!this.open) return;
      const written = await writer.write(notice, companion);
      const key = stanzaKey(written);
      this.#unconfirmed.set(key, [...(this.#unconfirmed.get(key) ?? []), notice]);
      socket.send({ ...written, attrs: { ...written.attrs, ...marks } });
    });
  }
}

/** Names a stanza to the server in the words a client confirms it with. */
export function stanzaKey({ tag, attrs }: Stanza): string {
  return `${tag} ${attrs['id']} ${tag === 'receipt' ? (attrs['type'] ?? '') : ''}`;
}

function offlinePreview(kept: readonly Notice[]): Stanza {
  const messages = kept.filter(({ kind }) => kind === 'inbound').length;
  const counts = {
    count: String(kept.length),
    message: String(messages),
    receipt: String(kept.length - messages),
    notification: '0',
    appdata: '0',
  };
  return stanza('ib', {}, [stanza('offline_preview', counts)]);
}
