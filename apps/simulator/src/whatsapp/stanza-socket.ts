import type { WebSocket } from 'ws';
import { closeSocket } from '../close-socket.ts';
import { FrameReader, frameOf } from './frame-reader.ts';
import { type Greeting, NoiseSession } from './noise-session.ts';
import type { ServerIdentity } from './server-identity.ts';
import { decodeStanza, encodeStanza, type Stanza, stanza } from './stanza.ts';

/** RFC 6455: data of a kind this end cannot accept. */
const UNACCEPTABLE = 1003;
/** How long a client may take from its upgrade to its login. */
const HANDSHAKE_MS = 20_000;
/** A client that reads nothing is cut when this much waits for it. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

export interface StanzaHandlers {
  /** The handshake is done: who it is, and what it wants. */
  readonly onGreeting: (greeting: Greeting) => void;
  readonly onStanza: (stanza: Stanza) => void;
  /** The client sent what no client of WhatsApp sends, before its login or after. */
  readonly onBroken: (code: number) => void;
  readonly onClose: (code: number) => void;
}

/** One client's WebSocket, from its first byte: Noise handshake, then encrypted stanzas both ways. */
export class StanzaSocket {
  readonly #socket: WebSocket;
  readonly #noise: NoiseSession;
  readonly #handlers: StanzaHandlers;
  readonly #frames = new FrameReader();
  readonly #handshakeTimer: NodeJS.Timeout;
  #stage: 'hello' | 'finish' | 'stanzas' = 'hello';
  #ending = false;
  #broken = false;

  constructor(socket: WebSocket, identity: ServerIdentity, handlers: StanzaHandlers) {
    this.#socket = socket;
    this.#noise = new NoiseSession(identity);
    this.#handlers = handlers;
    this.#handshakeTimer = setTimeout(() => {
      socket.terminate();
    }, HANDSHAKE_MS);
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => {
      this.#read(data);
    });
    socket.on('close', (code) => {
      clearTimeout(this.#handshakeTimer);
      handlers.onClose(code);
    });
  }

  /** Whether the client has not begun to leave, nor been told to. */
  get open(): boolean {
    return !this.#ending && this.#socket.readyState === this.#socket.OPEN;
  }

  send(message: Stanza): void {
    if (!this.open) return;
    if (this.#socket.bufferedAmount > MOST_UNREAD_BYTES) {
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frameOf(this.#noise.seal(encodeStanza(message))));
  }

  /** Stops reading until `resume`: what the client writes meanwhile waits in its socket. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says why, if there is a reason, and closes. */
  end(code: number, farewell?: Stanza): void {
    if (this.#ending) return;
    if (farewell !== undefined) this.send(farewell);
    this.#ending = true;
    closeSocket(this.#socket, code);
  }

  #read(data: Buffer): void {
    if (this.#broken) return;
    try {
      for (const frame of this.#frames.feed(data)) this.#take(frame);
    } catch {
      // Whatever it was that could not be read, only the client can have sent it.
      this.#broken = true;
      this.#handlers.onBroken(UNACCEPTABLE);
    }
  }

  #take(frame: Buffer): void {
    switch (this.#stage) {
      case 'hello':
        this.#stage = 'finish';
        this.#socket.send(frameOf(this.#noise.answerHello(frame)));
        return;
      case 'finish': {
        const greeting = this.#noise.finish(frame);
        this.#stage = 'stanzas';
        clearTimeout(this.#handshakeTimer);
        this.#handlers.onGreeting(greeting);
        return;
      }
      case 'stanzas':
        this.#handlers.onStanza(decodeStanza(this.#noise.open(frame)));
    }
  }
}

/**
 * The last words to a client, in WhatsApp's manner.
 *
 * 4440, the network's code for "replaced", and WhatsApp's own 440 are a conflict; 401 says that the device was removed;
 * other codes of WhatsApp's (400 to 999) stand in the stream error. Codes of WebSockets get none.
 */
export function farewellFor(code: number): Stanza | undefined {
  const own = code >= 4400 && code <= 4999 ? code - 4000 : code;
  if (own < 400 || own > 999) return undefined;
  if (own === 440) return streamError({}, 'replaced');
  return streamError({ code: String(own) }, own === 401 ? 'device_removed' : undefined);
}

function streamError(attrs: Readonly<Record<string, string>>, conflict?: string): Stanza {
  const content = conflict === undefined ? undefined : [stanza('conflict', { type: conflict })];
  return stanza('stream:error', attrs, content);
}
