import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bytes = (fill: number) => ({
  type: 'Buffer',
  data: Buffer.alloc(32, fill).toString('base64'),
});
const pair = (fill: number) => ({ public: bytes(fill), private: bytes(fill + 1) });

export const sessionCreds = (phone: string) => ({
  noiseKey: pair(1),
  pairingEphemeralKeyPair: pair(3),
  signedIdentityKey: pair(5),
  signedPreKey: { keyPair: pair(7), signature: bytes(9), keyId: 1 },
  registrationId: 42,
  advSecretKey: 'c2VjcmV0',
  nextPreKeyId: 31,
  firstUnuploadedPreKeyId: 31,
  account: { details: 'x' },
  me: { id: `${phone.slice(1)}:7@s.whatsapp.net`, lid: '99887766:7@lid' },
  registered: false,
});

/** A folder as `useMultiFileAuthState` leaves it. */
export async function sessionFolder(phone: string) {
  const path = await mkdtemp(join(tmpdir(), 'dripfleet-session-'));
  const write = async (name: string, value: unknown) =>
    await writeFile(join(path, name), typeof value === 'string' ? value : JSON.stringify(value));
  await write('creds.json', sessionCreds(phone));
  await write('pre-key-1.json', pair(11));
  await write('session-15559998888.0.json', { _sessions: {}, version: 'v1' });
  await write('app-state-sync-key-AAAA__b.json', { keyData: bytes(13) });
  await write('lid-mapping-15559998888.json', '"99887700"');
  return {
    path,
    write,
    makeFolder: async (name: string) => await mkdir(join(path, name)),
    link: async (name: string) => await symlink('/etc/hostname', join(path, name)),
    remove: async (name: string) => await rm(join(path, name), { recursive: true }),
    close: async () => await rm(path, { recursive: true }),
  };
}
