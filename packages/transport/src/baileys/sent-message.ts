import { type MessageId, phoneOfJid } from '@dripfleet/domain';
import type { proto, WAMessageKey, WASocket } from '@whiskeysockets/baileys';
import type { SessionRequest } from '../session.ts';
import type { Baileys } from './load-baileys.ts';
import type { MessageContent } from './message-content.ts';

/**
 * A message that was sent before, for a phone that could not decrypt it and asks again. Only for whom it was meant: an
 * id is no proof.
 */
export async function findSentMessage(
  baileys: Baileys,
  { sock, content }: Readonly<{ sock: WASocket; content: MessageContent }>,
  { key, findMessage }: Readonly<{ key: WAMessageKey; findMessage: SessionRequest['findMessage'] }>,
): Promise<proto.IMessage | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand is made here
    const message = await findMessage((key.id ?? '') as MessageId);
    const asking = await phoneJid(baileys, sock, key.remoteJid ?? '');
    if (!message || phoneOfJid(message.toJid) !== phoneOfJid(asking)) return undefined;
    const made = await content.make(message);
    return made.kind === 'made' ? made.content : undefined;
  } catch {
    // As if it were not known: the phone asks again.
    return undefined;
  }
}

async function phoneJid(baileys: Baileys, sock: WASocket, jid: string): Promise<string> {
  const { lidMapping } = sock.signalRepository;
  const known = jid.endsWith('@lid') ? await lidMapping.getPNForLID(jid) : jid;
  return baileys.jidNormalizedUser(known ?? undefined);
}
