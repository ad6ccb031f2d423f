import { parseJid } from './address.ts';
import { keyBundleStanzas } from './key-bundle.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { childOf, childrenOf, secondsNow, type Stanza, stanza } from './stanza.ts';

/** Answers a query for key bundles: a client asks for them before it writes to a device for the first time. */
export function handOutKeys(query: Stanza, client: LoggedInParts): Stanza[] {
  const users = childrenOf(childOf(query, 'key'), 'user');
  return [
    stanza(
      'list',
      {},
      users.map(({ attrs }) => bundleOf(attrs['jid'] ?? '', client)),
    ),
  ];
}

function bundleOf(jid: string, { server, companion }: LoggedInParts): Stanza {
  const address = parseJid(jid);
  if (address === undefined || !server.companions.exists(address.phone)) {
    return refusal(jid, '404', 'item-not-found');
  }
  const { phone, device } = address;
  const t = secondsNow();
  if (device === 0) {
    const party = phone === companion.phone ? server.phones : server.contacts;
    return stanza('user', { jid, t }, keyBundleStanzas(party.bundle));
  }
  const linked = server.companions.get({ phone, id: device });
  if (linked?.bundle === undefined) return refusal(jid, '406', 'not-acceptable');
  return stanza('user', { jid, t }, keyBundleStanzas(linked.bundle, linked.takeOneTimeKey()));
}

function refusal(jid: string, code: string, text: string): Stanza {
  return stanza('user', { jid }, [stanza('error', { code, text })]);
}
