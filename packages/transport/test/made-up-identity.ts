import type { PhoneNumber } from '@dripfleet/domain';
import { BufferJSON, Curve, initAuthCreds } from '@whiskeysockets/baileys';
import { type MemoryCredentials, memoryCredentials } from './memory-credentials.ts';

/**
 * What pairing would have stored: keys of its own, and an account's signature that nobody checks. For a simulator that
 * registers whom it does not know.
 */
export async function madeUpIdentity(phone: PhoneNumber): Promise<MemoryCredentials> {
  const creds = {
    ...initAuthCreds(),
    me: { id: `${phone.slice(1)}:1@s.whatsapp.net`, name: 'made up' },
    registered: true,
    platform: 'android',
    // WhatsApp sends no history to a device that had it.
    accountSyncCounter: 1,
    account: {
      details: Buffer.alloc(8),
      accountSignatureKey: Buffer.from(Curve.generateKeyPair().public),
      accountSignature: Buffer.alloc(64, 1),
      deviceSignature: Buffer.alloc(64, 2),
    },
  };
  const credentials = memoryCredentials();
  const value = JSON.stringify(creds, BufferJSON.replacer);
  await credentials.write([{ kind: 'creds', id: 'self', value }]);
  return credentials;
}
