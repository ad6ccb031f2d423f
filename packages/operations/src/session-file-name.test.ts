import { describe, expect, it } from 'vitest';
import { parseSessionFileName } from './session-file-name.ts';

/** As `useMultiFileAuthState` names files. */
const fileName = (kind: string, id: string) =>
  `${kind}-${id}.json`.replaceAll('/', '__').replaceAll(':', '-');

describe('the name of a session file', () => {
  // A value under another id than it had is lost for the session.
  it.each([
    ['pre-key', '812'],
    ['session', '15550001111.0'],
    ['session', '998877665544332_1.12'],
    ['identity-key', '998877665544332_1.0'],
    ['sender-key', '120363000000000000@g.us::15550001111::3'],
    ['sender-key', '15550001111-1414141414@g.us::998877665544332_1::0'],
    ['sender-key-memory', '15550001111-1414141414@g.us'],
    ['sender-key-memory', 'status@broadcast'],
    ['app-state-sync-key', 'AAAAAE/b'],
    ['app-state-sync-key', 'AAAA//+='],
    ['app-state-sync-version', 'critical_unblock_low'],
    ['lid-mapping', '15550001111'],
    ['lid-mapping', '998877665544332_reverse'],
    ['device-list', '998877665544332'],
    ['tctoken', '998877665544332@lid'],
    ['tctoken', '__index'],
  ])('gives back the kind and id that Baileys wrote: %s %s', (kind, id) => {
    expect(parseSessionFileName(fileName(kind, id))).toEqual({ kind, id });
  });

  it('of the identity is its own', () => {
    expect(parseSessionFileName('creds.json')).toEqual({ kind: 'creds', id: 'self' });
  });

  it.each([
    '.DS_Store',
    'creds.json.bak',
    'creds-1.json',
    'pre-key-x.json',
    'session-.json',
    'a.json',
    'session-1.0',
  ])('is refused when Baileys never writes one like it: %s', (name) => {
    expect(parseSessionFileName(name)).toBeUndefined();
  });
});
