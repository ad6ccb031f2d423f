import { epochMs, phoneOfJid, type PhoneNumber } from '@dripfleet/domain';
import type { WAMessage, WASocket } from '@whiskeysockets/baileys';
import type { SessionEvents } from '../session.ts';
import { inboundText, isWritten } from './inbound-text.ts';
import type { Baileys } from './load-baileys.ts';
import type { EventTap } from './tap-events.ts';

/** Hands over what contacts write, in the order in which it came. */
export class InboundMessages {
  readonly #baileys: Baileys;
  readonly #sock: WASocket;
  readonly #hand: SessionEvents['onInbound'];
  #tail: Promise<void> = Promise.resolve();

  constructor(
    baileys: Baileys,
    { sock, tap }: Readonly<{ sock: WASocket; tap: EventTap }>,
    hand: SessionEvents['onInbound'],
  ) {
    this.#baileys = baileys;
    this.#sock = sock;
    this.#hand = hand;
    // Live ones come as `notify`, those of while we were away as `append`.
    tap.on('messages.upsert', ({ messages }) => {
      for (const message of messages) {
        this.#tail = this.#tail.then(() => this.#read(message)).catch(() => {});
      }
    });
  }

  /** Resolves when all that came until now was handed over; also after the end of the connection. */
  handedOver(): Promise<void> {
    return this.#tail;
  }

  async #read(message: WAMessage): Promise<void> {
    const { key, message: content, messageTimestamp } = message;
    if (key.fromMe || !key.id || !isWritten(this.#baileys, content)) return;
    const from = await this.#phoneOf(key);
    // Baileys has confirmed it already, stored or not.
    void this.#hand({
      messageId: key.id,
      from,
      text: inboundText(this.#baileys, content),
      at: epochMs(this.#baileys.toNumber(messageTimestamp) * 1_000),
    });
  }

  /** WhatsApp names a contact by number or by an opaque id (LID), with the other beside it more often than not. */
  async #phoneOf({ remoteJid, remoteJidAlt }: WAMessage['key']): Promise<PhoneNumber | undefined> {
    const { jidNormalizedUser } = this.#baileys;
    const named = [remoteJid, remoteJidAlt].map((jid) =>
      phoneOfJid(jidNormalizedUser(jid ?? undefined)),
    );
    const phone = named.find((found) => found !== undefined);
    if (phone !== undefined || !remoteJid?.endsWith('@lid')) return phone;
    const known = await this.#lookUp(remoteJid);
    return known ? phoneOfJid(jidNormalizedUser(known)) : undefined;
  }

  async #lookUp(lid: string): Promise<string | null> {
    try {
      return await this.#sock.signalRepository.lidMapping.getPNForLID(lid);
    } catch {
      // Somebody wrote, whoever it was: WhatsApp takes the message for delivered and sends it to nobody again.
      return null;
    }
  }
}
