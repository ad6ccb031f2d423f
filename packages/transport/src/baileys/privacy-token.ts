import type { WASocket } from '@whiskeysockets/baileys';

/** Seconds; WhatsApp Web gives a contact a new token each week. */
const week = 604_800;

/**
 * Remembers that the contact was given a token just now. Baileys gives one with the first message of a week, but loses
 * its note of it (it writes into a transaction that is over), and would ask the network for one with every message.
 */
export async function rememberToken(sock: WASocket, jid: string): Promise<void> {
  const { keys } = sock.authState;
  const id = (await sock.signalRepository.lidMapping.getLIDForPN(jid)) ?? jid;
  const { [id]: known } = await keys.get('tctoken', [id]);
  const now = Math.floor(Date.now() / 1_000);
  if (weekOf(known?.senderTimestamp ?? 0) === weekOf(now)) return;
  await keys.set({
    tctoken: { [id]: { token: Buffer.alloc(0), ...known, senderTimestamp: now } },
  });
}

function weekOf(seconds: number): number {
  return Math.floor(seconds / week);
}
