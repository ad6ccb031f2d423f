import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addOwnedDevice,
  openTestStore,
  type OwnedDevice,
  type TestStore,
} from '@dripfleet/testkit';
import {
  createKeyFile,
  type Keyring,
  openCredentials,
  openKeyring,
  type SessionCredentials,
} from '../src/index.ts';

export const newKeyLine = (name: string): string =>
  `${name}:${randomBytes(32).toString('base64')}\n`;

/** A database, a key file, and devices that a worker owns. */
export type Fixture = Readonly<{
  store: TestStore;
  keyFile: string;
  keyring: Keyring;
  addDevice(): Promise<OwnedDevice>;
  /** As a session that begins has them: nothing is cached. */
  open(device: OwnedDevice, keyring?: Keyring): SessionCredentials;
  writeKeyFile(text: string): Promise<void>;
  close(): Promise<void>;
}>;

export async function openFixture(): Promise<Fixture> {
  const store = await openTestStore();
  const folder = await mkdtemp(join(tmpdir(), 'dripfleet-keys-'));
  const keyFile = join(folder, 'keys');
  await createKeyFile(keyFile);
  const keyring = await openKeyring(keyFile);
  return {
    store,
    keyFile,
    keyring,
    addDevice: async () => await addOwnedDevice(store),
    open: (claim, other = keyring) => openCredentials({ db: store.db, keyring: other, claim }),
    writeKeyFile: async (text) => await writeFile(keyFile, text, { mode: 0o600 }),
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What a read answers, as an object. */
export async function values(
  credentials: SessionCredentials,
  kind: string,
  ids: readonly string[],
): Promise<Readonly<Record<string, string>> | string> {
  const reading = await credentials.read(kind, ids);
  return reading.kind === 'read' ? Object.fromEntries(reading.values) : reading.kind;
}
