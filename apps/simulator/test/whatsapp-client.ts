import {
  type BinaryNode,
  type ConnectionState,
  makeWASocket,
  type UserFacingSocketConfig,
  type WAMessage,
} from '@whiskeysockets/baileys';
import type { MemoryAuth } from './memory-auth.ts';

/** What a test waits for. */
type Seen =
  | { readonly kind: 'update'; readonly update: Partial<ConnectionState> }
  | { readonly kind: 'ack'; readonly attrs: Record<string, string> }
  | { readonly kind: 'status'; readonly id: string; readonly status: number | undefined }
  | {
      readonly kind: 'message';
      /** `append` came while the client was away, `notify` now. */
      readonly type: string;
      readonly message: WAMessage;
    };

/** The real Baileys client of a test, with everything it reported. */
export class WhatsappClient {
  readonly auth: MemoryAuth;
  readonly socket: ReturnType<typeof makeWASocket>;
  readonly seen: Seen[] = [];
  #waiting: (() => void)[] = [];

  constructor(port: number, auth: MemoryAuth, config: Partial<UserFacingSocketConfig> = {}) {
    this.auth = auth;
    this.socket = makeWASocket({
      waWebSocketUrl: `ws://127.0.0.1:${port}/ws/chat`,
      auth: { creds: auth.creds, keys: auth.keys },
      logger: silent,
      emitOwnEvents: false,
      syncFullHistory: false,
      ...config,
    });
    this.socket.ev.on('connection.update', (update) => {
      this.#note({ kind: 'update', update });
    });
    this.socket.ws.on('CB:ack,class:message', ({ attrs }: BinaryNode) => {
      this.#note({ kind: 'ack', attrs });
    });
    this.socket.ev.on('messages.update', (updates) => {
      for (const { key, update } of updates) {
        this.#note({ kind: 'status', id: key.id ?? '', status: update.status ?? undefined });
      }
    });
    this.socket.ev.on('messages.upsert', ({ messages, type }) => {
      for (const message of messages) this.#note({ kind: 'message', type, message });
    });
  }

  /** The first report for which `pick` finds something, of those before and those to come. */
  async until<T>(pick: (seen: Seen) => T | undefined): Promise<T> {
    for (let at = 0; ; at += 1) {
      while (at >= this.seen.length) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      const entry = this.seen[at];
      const picked = entry && pick(entry);
      if (picked !== undefined) return picked;
    }
  }

  async untilOpen(): Promise<this> {
    await this.until((seen) =>
      seen.kind === 'update' && seen.update.connection === 'open' ? true : undefined,
    );
    return this;
  }

  /** Resolves with the code of the client's end. */
  async untilClosed(): Promise<number | undefined> {
    const end = await this.until((seen) =>
      seen.kind === 'update' && seen.update.connection === 'close' ? seen.update : undefined,
    );
    const error = end.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined;
    return error?.output?.statusCode;
  }

  async untilQr(): Promise<string> {
    return await this.until((seen) => (seen.kind === 'update' ? seen.update.qr : undefined));
  }

  /** The ack of a message: its error code, or `none`. */
  async untilAcked(id: string): Promise<string> {
    return await this.until((seen) =>
      seen.kind === 'ack' && seen.attrs['id'] === id ? (seen.attrs['error'] ?? 'none') : undefined,
    );
  }

  async untilStatus(id: string, status: number): Promise<void> {
    await this.until((seen) =>
      seen.kind === 'status' && seen.id === id && seen.status === status ? true : undefined,
    );
  }

  /** A contact's message with this text, and how it came. */
  async untilMessage(text: string): Promise<Extract<Seen, { kind: 'message' }>> {
    return await this.until((seen) =>
      seen.kind === 'message' && seen.message.message?.conversation === text ? seen : undefined,
    );
  }

  /** Writes a text; resolves when it is on the wire. */
  async send(to: string, id: string, text = `text of ${id}`): Promise<void> {
    const jid = `${to.slice(1)}@s.whatsapp.net`;
    await this.socket.sendMessage(jid, { text }, { messageId: id });
  }

  /** Leaves, and waits until it has. */
  async end(): Promise<void> {
    await this.socket.end(undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  #note(seen: Seen): void {
    this.seen.push(seen);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

const nothing = () => {};
const silent = {
  level: 'silent',
  child: () => silent,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
