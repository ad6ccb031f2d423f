import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What is needed of Baileys. */
type IdentityMaker = Readonly<{
  initAuthCreds(): Readonly<Record<string, unknown>>;
  BufferJSON: Readonly<{ replacer(key: string, value: unknown): unknown }>;
}>;

let loading: Promise<IdentityMaker> | undefined;

/**
 * The `creds.json` of a device that was never paired and looks as if: keys of its own, and an account's signature that
 * only a simulator with `--register-unknown` accepts.
 */
export async function makeIdentity(phone: string): Promise<string> {
  loading ??= loadBaileys();
  const { initAuthCreds, BufferJSON } = await loading;
  const creds = {
    ...initAuthCreds(),
    me: { id: `${phone.slice(1)}:1@s.whatsapp.net`, name: 'made up' },
    registered: true,
    platform: 'android',
    // WhatsApp sends no history to a device that had it.
    accountSyncCounter: 1,
    account: {
      details: Buffer.alloc(8),
      accountSignatureKey: randomBytes(32),
      accountSignature: randomBytes(64),
      deviceSignature: randomBytes(64),
    },
  };
  return JSON.stringify(creds, BufferJSON.replacer);
}

/** The version that the transport runs. */
export function baileysVersion(): string {
  const { version } = requireOfTransport()('@whiskeysockets/baileys/package.json') as {
    version: string;
  };
  return version;
}

async function loadBaileys(): Promise<IdentityMaker> {
  const file = requireOfTransport().resolve('@whiskeysockets/baileys');
  return (await import(pathToFileURL(file).href)) as IdentityMaker;
}

/** Baileys is the transport's dependency and not ours: the very same that is measured. */
const requireOfTransport = () => createRequire(import.meta.resolve('@dripfleet/transport'));
