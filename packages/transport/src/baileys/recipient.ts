import type { NotSentReason } from '@dripfleet/domain';
import type { WASocket } from '@whiskeysockets/baileys';
import { statusOf } from './ending.ts';

export type Recipient =
  | Readonly<{ kind: 'found' }>
  | Readonly<{ kind: 'not_on_whatsapp' }>
  | Readonly<{ kind: 'unknown'; reason: NotSentReason }>;

/**
 * Whether the recipient has a phone on WhatsApp. Must come before the send, which takes the devices from the cache that
 * this fills: Baileys sends a message that it finds nobody for to our own phone alone, and calls that sent.
 */
export async function findRecipient(sock: WASocket, jid: string): Promise<Recipient> {
  try {
    const user = userOf(jid);
    const devices = await sock.getUSyncDevices([jid], true, false);
    if (devices.some((device) => device.user === user)) return { kind: 'found' };
    // Nobody, or no answer: this lookup does not tell them apart, the other one does.
    const answer = await sock.onWhatsApp(jid);
    const there = answer?.some((entry) => entry.exists) ?? true;
    return there ? { kind: 'unknown', reason: 'network_busy' } : { kind: 'not_on_whatsapp' };
  } catch (error) {
    return { kind: 'unknown', reason: notSentReason(sock, error) };
  }
}

/** Why something failed before a message could be written. */
export function notSentReason({ ws }: WASocket, error: unknown): NotSentReason {
  // A number is the code of a WebSocket that closed in the middle of a question, 428 Baileys' word for a closed one.
  const closed = typeof error === 'number' || statusOf(error) === 428 || !ws.isOpen;
  return closed ? 'closed_before_write' : 'network_busy';
}

/** The digits of an address. */
export function userOf(jid: string): string {
  return jid.slice(0, jid.indexOf('@')).replace(/[:_].*$/, '');
}
