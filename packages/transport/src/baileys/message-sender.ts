import {
  assertNever,
  type DurationMs,
  type NotSentReason,
  phoneOfJid,
  type SendResult,
} from '@dripfleet/domain';
import type { CacheStore } from '@whiskeysockets/baileys';
import type { Gate, OutboundMessage } from '../session.ts';
import type { Content, MessageContent } from './message-content.ts';
import { rememberToken } from './privacy-token.ts';
import { findRecipient, notSentReason, userOf } from './recipient.ts';
import { watchSealing } from './seal-watch.ts';
import type { TimeLock } from './time-lock.ts';
import { transmit, type TransmitParts } from './transmit.ts';
import { showTyping } from './typing.ts';
import { unlessOver } from './unless-over.ts';

export type SenderParts = TransmitParts &
  Readonly<{
    content: MessageContent;
    devices: CacheStore;
    timeLock: TimeLock;
    gate: Gate;
    /** 0: off */
    typingTime: DurationMs;
  }>;

/** WhatsApp's code for: the addressing is stale, or wrong. */
const staleAddress = '479';
/** Its code for: new contacts may not be written to just now, or this one may not be. */
const restricted = '463';

type Prepared = Extract<Content, { kind: 'made' }> | SendResult;

/** Sends the messages of a session, one at a time. */
export class MessageSender {
  readonly #parts: SenderParts;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    watchSealing(parts.connection.sock, parts.connection.frames);
  }

  async send(message: OutboundMessage, gate: Gate): Promise<SendResult> {
    if (phoneOfJid(message.toJid) === undefined) return { kind: 'rejected', code: 'not_a_user' };
    if (!this.#parts.connection.sock.ws.isOpen) return notSent('closed_before_write');
    const result = await this.#attempt(message, gate);
    if (result.kind !== 'rejected' || result.code !== staleAddress) return result;
    await this.#parts.devices.del(userOf(message.toJid));
    return await this.#attempt(message, gate);
  }

  async #attempt(message: OutboundMessage, gate: Gate): Promise<SendResult> {
    const { connection, timeLock } = this.#parts;
    const refusal = this.#parts.gate() ?? gate();
    if (refusal) return notSent(refusal);
    const closed = notSent('closed_before_write');
    const prepared = await unlessOver(connection.over, this.#prepare(message, gate), closed);
    if (prepared.kind !== 'made') return prepared;
    const result = await transmit(this.#parts, message, { content: prepared.content, gate });
    if (result.kind === 'rejected' && result.code === restricted) timeLock.ask();
    if (result.kind === 'accepted') this.#rememberToken(message);
    return result;
  }

  /** Everything that takes time, so that nothing but keys stands between the gate and the write. */
  async #prepare(message: OutboundMessage, gate: Gate): Promise<Prepared> {
    const { connection, content, typingTime } = this.#parts;
    const { sock } = connection;
    const recipient = await findRecipient(sock, message.toJid);
    switch (recipient.kind) {
      case 'not_on_whatsapp':
        return { kind: 'rejected', code: 'not_on_whatsapp' };
      case 'unknown':
        return notSent(recipient.reason);
      case 'found':
        break;
      default:
        return assertNever(recipient);
    }
    try {
      const made = await content.make(message);
      if (made.kind === 'refused') return { kind: 'rejected', code: made.code };
      if (made.kind === 'unavailable') return notSent('media_unavailable');
      const refusal = gate();
      if (refusal) return notSent(refusal);
      await showTyping(connection, message.toJid, typingTime);
      return made;
    } catch (error) {
      return notSent(notSentReason(sock, error));
    }
  }

  #rememberToken({ toJid }: OutboundMessage): void {
    // Not remembered: one question more with the next message. A failed store has ended the session.
    rememberToken(this.#parts.connection.sock, toJid).catch(() => {});
  }
}

function notSent(reason: NotSentReason): SendResult {
  return { kind: 'not_sent', reason };
}
