import { findDevices } from './find-devices.ts';
import { handOutKeys } from './hand-out-keys.ts';
import { parseKeyBundle, parseOneTimeKeys, parseSignedKey } from './key-bundle.ts';
import type { LoggedInParts } from './logged-in-parts.ts';
import { describeTimeLock } from './notice-writer.ts';
import { unlinkItself } from './unlink.ts';
import { childOf, childrenOf, type Stanza, stanza } from './stanza.ts';

/** What a query is answered with, by its namespace, type and first element. */
type Answer = (query: Stanza, client: LoggedInParts) => Stanza[] | undefined;

/** A client that is told of none uploads 812 keys, of 5 or fewer five; nobody needs more here. */
const FEWEST_KEYS = 5;
const PRIVACY = ['readreceipts', 'last', 'online', 'profile', 'status', 'groupadd', 'calladd'];

export const queryAnswers: Readonly<Record<string, Answer | undefined>> = {
  'encrypt get count': (_query, { companion }) => {
    const value = String(Math.max(FEWEST_KEYS, companion.oneTimeKeysLeft));
    return [stanza('count', { value })];
  },
  'encrypt set registration': (upload, { companion }) => {
    companion.keep(parseKeyBundle(upload), parseOneTimeKeys(childOf(upload, 'list')));
    return undefined;
  },
  'encrypt set rotate': (query, { companion }) => {
    const signedKey = parseSignedKey(childOf(childOf(query, 'rotate'), 'skey'));
    if (companion.bundle !== undefined) companion.keep({ ...companion.bundle, signedKey }, []);
    return undefined;
  },
  'encrypt get digest': () => [stanza('digest', {}, [])],
  'encrypt get key': handOutKeys,
  'usync get usync': findDevices,
  'abt get props': () => [
    stanza('props', { protocol: '1', hash: 'simulator', refresh: '86400' }, []),
  ],
  'blocklist get ': () => [stanza('list', {}, [])],
  'privacy get privacy': () => [
    stanza(
      'privacy',
      {},
      PRIVACY.map((name) => stanza('category', { name, value: 'all' })),
    ),
  ],
  'w:m set media_conn': (_query, { server }) => [
    stanza('media_conn', { auth: 'none', ttl: '3600' }, [
      stanza('host', { hostname: server.media.authority, maxContentLengthBytes: '104857600' }),
    ]),
  ],
  'w:sync:app:state set sync': (query) => [
    stanza(
      'sync',
      {},
      childrenOf(childOf(query, 'sync'), 'collection').map(({ attrs }) =>
        stanza('collection', { name: attrs['name'] ?? '', version: attrs['version'] ?? '0' }),
      ),
    ),
  ],
  'w:mex get query': (_query, { server, companion }) => {
    const lock = server.timeLocks.get(companion.phone) ?? { active: false, endsAt: 0 };
    const data = { xwa2_fetch_account_reachout_timelock: describeTimeLock(lock) };
    return [stanza('result', {}, Buffer.from(JSON.stringify({ data })))];
  },
  'md set remove-companion-device': (_query, client) => {
    unlinkItself(client);
    return undefined;
  },
};
