/** What a file of a session folder holds. */
export type SessionFile = Readonly<{ kind: string; id: string }>;

/**
 * Reads the name of a file that Baileys' `useMultiFileAuthState` wrote: `creds.json`, or `<kind>-<id>.json` with every
 * `/` of the id as `__` and every `:` as `-`. What that takes away is put back by what the ids of each kind look like.
 * Undefined: no such file.
 */
export function parseSessionFileName(name: string): SessionFile | undefined {
  if (name === 'creds.json') return { kind: 'creds', id: 'self' };
  const base = /^(.+)\.json$/.exec(name)?.[1];
  // The longest kind that fits: `sender-key-memory` begins like `sender-key`.
  const kind = Object.keys(idOfKind)
    .toSorted((a, b) => b.length - a.length)
    .find((each) => base?.startsWith(`${each}-`));
  if (base === undefined || kind === undefined) return undefined;
  const id = idOfKind[kind]?.(base.slice(kind.length + 1));
  return id === undefined ? undefined : { kind, id };
}

type ReadId = (text: string) => string | undefined;

const matching =
  (pattern: RegExp): ReadId =>
  (text) =>
    pattern.test(text) ? text : undefined;

/** `user.device`; the user of an account without a phone number ends in `_1`. */
const address = matching(/^\w+\.\d+$/);

/** Every kind of the key store. */
const idOfKind: Readonly<Record<string, ReadId>> = {
  'pre-key': matching(/^\d+$/),
  session: address,
  'identity-key': address,
  'sender-key': (text) => {
    const [, group, sender, device] = /^([^/:]+@[a-z.]+)--(\w+)--(\d+)$/.exec(text) ?? [];
    return group && sender && device ? `${group}::${sender}::${device}` : undefined;
  },
  'sender-key-memory': matching(/^[\w-]+@[a-z.]+$/),
  // Standard base64, which knows no `_`.
  'app-state-sync-key': (text) => matching(/^[A-Za-z0-9+/]+={0,2}$/)(text.replaceAll('__', '/')),
  'app-state-sync-version': matching(/^[a-z_]+$/),
  'lid-mapping': matching(/^\d+(_reverse)?$/),
  'device-list': matching(/^\w+$/),
  tctoken: matching(/^(__index|\d+(@[a-z.]+)?)$/),
};
