import type { Notice } from '../link.ts';
import { parseKeyBundle, parseOneTimeKeys } from './key-bundle.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { sessionName } from './session-name.ts';
import { childOf, type Stanza } from './stanza.ts';

/** Phones send a message again this often at most. */
const MOST_RETRIES = 5;

/**
 * A client cannot read a contact's message: the contact's phone begins a new session and sends it again under its id.
 *
 * Throws `ProtocolError` when keys come along that are none. Says whether it was sent again.
 */
export function honourRetry(
  receipt: Stanza,
  { server, companion }: LoggedInParts,
  notice: Notice | undefined,
): boolean {
  if (notice?.kind !== 'inbound') return false;
  const count = Number(childOf(receipt, 'retry')?.attrs['count'] ?? '1');
  if (!(count <= MOST_RETRIES)) return false;
  server.tally.client_retries += 1;
  const keys = childOf(receipt, 'keys');
  if (keys !== undefined) {
    const registration = childOf(receipt, 'registration');
    const parts = Array.isArray(keys.content) ? keys.content : [];
    const upload = { ...keys, content: registration ? [...parts, registration] : parts };
    companion.keepFirst(parseKeyBundle(upload), parseOneTimeKeys(keys));
  }
  server.contacts.forget(sessionName(notice.from, companion));
  server.network.notify(companion.phone, { ...notice });
  return true;
}
