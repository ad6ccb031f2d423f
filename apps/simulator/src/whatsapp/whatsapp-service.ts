import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import { openMediaHost } from './media-host.ts';
import { quietLibsignal } from './quiet-libsignal.ts';
import { serveWhatsappClient } from './serve-whatsapp-client.ts';
import { sessionName } from './session-name.ts';
import { unlink } from './unlink.ts';
import {
  makeWhatsappServer,
  type WhatsappServer,
  type WhatsappServerParts,
} from './whatsapp-server.ts';

/** What became of something a phone's user did. */
export type Deed =
  | { readonly kind: 'done' }
  /** There is nobody it could be done to, or not in this state. */
  | { readonly kind: 'nobody' | 'not_now'; readonly fix: string };

const DONE: Deed = { kind: 'done' };

/** The WhatsApp Web protocol as the rest of the simulator sees it: clients to serve, phones to use. */
export class WhatsappService {
  readonly #server: WhatsappServer;

  constructor(server: WhatsappServer) {
    this.#server = server;
  }

  get figures(): Record<string, number> {
    return { ...this.#server.tally, ...this.#server.media.figures };
  }

  serve(socket: WebSocket): void {
    serveWhatsappClient(socket, this.#server);
  }

  /** PEM: whom a client must trust to upload media. */
  get certificate(): string {
    return this.#server.media.certificate;
  }

  async stop(): Promise<void> {
    this.#server.schedule.close();
    await this.#server.media.close();
  }

  /** The phone of a number reads the QR that a client shows. */
  scan(qr: string, device: string): Deed {
    const [ref = '', , , secret = ''] = qr.slice(qr.indexOf('#') + 1).split(',');
    const client = this.#server.pairings.findByRef(ref);
    if (client === undefined) return nobody('qr: no client shows it; give the newest one whole');
    client.vouch(device, Buffer.from(secret, 'base64'));
    return DONE;
  }

  /** The user of a number types the code that a client shows. */
  async typeCode(code: string, device: string): Promise<Deed> {
    const client = this.#server.pairings.findByPhone(device);
    if (client === undefined) return nobody('device: no client has asked a code for it');
    await client.typeCode(code.replaceAll('-', ''));
    return DONE;
  }

  unlink(device: string): Deed {
    return unlink(device, this.#server) ? DONE : notLinked;
  }

  /** WhatsApp forbids an account to write to new contacts, or allows it again. */
  setTimeLock(device: string, { active, seconds }: { active: boolean; seconds: number }): Deed {
    if (!this.#isLinked(device)) return notLinked;
    const lock = { active, endsAt: Date.now() + seconds * 1000 };
    this.#server.timeLocks.set(device, lock);
    const id = randomBytes(8).toString('hex').toUpperCase();
    this.#server.network.notify(device, { kind: 'timelock', id, ...lock });
    return DONE;
  }

  /** A contact's phone asks for a message again, as if it could not read it. */
  askAgain(message: { device: string; to: string; id: string }): Deed {
    const { device, to } = message;
    if (!this.#isLinked(device)) return notLinked;
    if (!this.#server.network.askAgain(message)) {
      return {
        kind: 'not_now',
        fix: 'id: its phone has asked five times and gave up; use another',
      };
    }
    for (const companion of this.#server.companions.of(device)) {
      this.#server.contacts.forget(sessionName(to, companion));
    }
    return DONE;
  }

  /** Nobody has these numbers on WhatsApp. */
  setMissing(phones: readonly string[]): void {
    this.#server.companions.setMissing(phones);
  }

  #isLinked(device: string): boolean {
    return this.#server.companions.of(device).length > 0;
  }
}

const notLinked = nobody('device: has no linked device; pair one, or see --register-unknown');

export async function openWhatsappService(parts: WhatsappServerParts): Promise<WhatsappService> {
  quietLibsignal();
  return new WhatsappService(makeWhatsappServer(parts, await openMediaHost()));
}

function nobody(fix: string): Deed {
  return { kind: 'nobody', fix };
}
