import type { Connection } from '../link.ts';
import type { Content } from '../network.ts';
import { parseJid } from './address.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { readContent } from './read-content.ts';
import { ProtocolError } from './protocol-error.ts';
import { sessionName } from './session-name.ts';
import { bytesOf, childOf, childrenOf, secondsNow, type Stanza, stanza } from './stanza.ts';

/** "Not supported": what groups, channels and status updates get here. */
const UNSUPPORTED = '501';

/**
 * Takes a client's message to its contact: decrypts it as the contact's phone would, and gives it to the network.
 *
 * Throws `ProtocolError` when it has no id.
 */
export async function receiveMessage(
  message: Stanza,
  { socket, server, companion, connection }: LoggedInParts & { readonly connection: Connection },
): Promise<void> {
  const { id = '', to = '', category } = message.attrs;
  if (id === '' || id.length > 128) throw new ProtocolError('a message has no id');
  const contact = parseJid(to);
  // To the account's own phone: nothing a contact ever sees.
  const isOwn = category === 'peer';
  if (contact === undefined || isOwn) {
    const refusal: Record<string, string> = isOwn ? {} : { error: UNSUPPORTED };
    socket.send(stanza('ack', { class: 'message', id, from: to, t: secondsNow(), ...refusal }));
    return;
  }
  const sealed = findSealed(message, contact.phone);
  const content =
    sealed === undefined || !server.companions.exists(contact.phone)
      ? ({ kind: 'absent' } as const)
      : await decrypt(sealed, sessionName(contact.phone, companion));
  server.network.receive(connection, { to: contact.phone, id, content });

  async function decrypt(enc: Stanza, session: string): Promise<Content> {
    const type = enc.attrs['type'] === 'pkmsg' ? 'pkmsg' : 'msg';
    const bytes = bytesOf(enc) ?? Buffer.alloc(0);
    const decrypted = await server.contacts.decrypt(session, { type, bytes });
    if (decrypted !== undefined) return readContent(decrypted);
    // The phone begins a new session with the message it then asks for.
    server.contacts.forget(session);
    return { kind: 'unreadable' };
  }
}

/** The part of a message that the contact's phone can open: its own, or the only one when it was asked for again. */
function findSealed(message: Stanza, phone: string): Stanza | undefined {
  const direct = childOf(message, 'enc');
  if (direct !== undefined) return direct;
  const part = childrenOf(childOf(message, 'participants'), 'to').find(({ attrs }) => {
    const address = parseJid(attrs['jid']);
    return address?.phone === phone && address.device === 0;
  });
  return childOf(part, 'enc');
}
