import { jidOf, lidOf, parseJid } from './address.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { bytesOf, childOf, childrenOf, type Stanza, stanza } from './stanza.ts';

/** Answers a `usync` query: which numbers are on WhatsApp, under which LID, with which devices. */
export function findDevices(query: Stanza, client: LoggedInParts): Stanza[] {
  const asked = childOf(query, 'usync');
  const { sid = '', mode = 'query', context = 'message' } = asked?.attrs ?? {};
  const wanted = childrenOf(childOf(asked, 'query')).map(({ tag }) => tag);
  const users = childrenOf(childOf(asked, 'list'), 'user').flatMap((user) => {
    const phone = phoneOf(user);
    return phone === undefined ? [] : [describe({ user, phone, wanted }, client)];
  });
  const kinds = wanted.map((tag) => stanza(tag));
  return [
    stanza('usync', { sid, index: '0', last: 'true', mode, context }, [
      stanza('result', {}, kinds),
      stanza('list', {}, users),
    ]),
  ];
}

interface Asked {
  readonly user: Stanza;
  readonly phone: string;
  readonly wanted: readonly string[];
}

/** A number that nobody has is answered without devices. */
function describe({ user, phone, wanted }: Asked, client: LoggedInParts): Stanza {
  const exists = client.server.companions.exists(phone);
  const details: Stanza[] = [];
  if (wanted.includes('contact')) {
    details.push(stanza('contact', { type: exists ? 'in' : 'out' }));
  }
  if (wanted.includes('devices') && exists) {
    details.push(stanza('devices', {}, [stanza('device-list', {}, devicesOf(phone, client))]));
  }
  if (wanted.includes('lid') && exists) details.push(stanza('lid', { val: lidOf(phone) }));
  return stanza('user', { jid: user.attrs['jid'] ?? jidOf(phone) }, details);
}

/** Contacts have a phone and nothing else; of its own account a client is told every device. */
function devicesOf(phone: string, { companion, server }: LoggedInParts): Stanza[] {
  const own = phone === companion.phone ? server.companions.of(phone) : [];
  // A device without keys cannot be written to, and a client fails on it.
  const linked = own.filter(({ bundle }) => bundle !== undefined);
  return [
    stanza('device', { id: '0' }),
    ...linked.map(({ id }) => stanza('device', { id: String(id), 'key-index': String(id) })),
  ];
}

/** Clients ask by JID, by LID, or by the number a user would type. */
function phoneOf(user: Stanza): string | undefined {
  const { jid } = user.attrs;
  if (jid !== undefined) return parseJid(jid)?.phone;
  const typed = bytesOf(user, 'contact')?.toString().replaceAll(/\D/g, '') ?? '';
  return parseJid(jidOf(`+${typed}`))?.phone;
}
