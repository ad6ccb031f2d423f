import { phoneOfJid, type PhoneNumber } from '@dripfleet/domain';
import type { AuthenticationCreds } from '@whiskeysockets/baileys';
import { ConnectError, type SessionCredentials } from '../session.ts';
import type { Baileys } from './load-baileys.ts';

/**
 * The identity that pairing stored. Never makes a new one: what can't be read stops the device, for WhatsApp would
 * take a new identity for a stranger.
 *
 * @throws ConnectError `unpaired`, `key_missing`, `unreadable` or `wrong_account`
 */
export async function loadIdentity(
  baileys: Baileys,
  credentials: SessionCredentials,
  expected: PhoneNumber,
): Promise<AuthenticationCreds> {
  const found = await credentials.read('creds', ['self']);
  if (found.kind === 'unreadable') {
    const code = found.cause === 'key_missing' ? 'key_missing' : 'unreadable';
    throw new ConnectError(code, found.reason);
  }
  const text = found.values.get('self');
  if (text === undefined) throw new ConnectError('unpaired', 'the device is not linked to a phone');
  const creds = parseCreds(baileys, text);
  // Pairing by code stores the number before the phone has agreed.
  if (!creds.account || !creds.me) {
    throw new ConnectError('unpaired', 'the device was never wholly linked to a phone');
  }
  if (phoneOfCreds(baileys, creds) !== expected) {
    throw new ConnectError('wrong_account', 'the stored session belongs to another number');
  }
  return creds;
}

/** The number of the linked phone. */
export function phoneOfCreds(
  baileys: Baileys,
  creds: Pick<AuthenticationCreds, 'me'>,
): PhoneNumber | undefined {
  return phoneOfJid(baileys.jidNormalizedUser(creds.me?.id));
}

function parseCreds(baileys: Baileys, text: string): AuthenticationCreds {
  try {
    const creds: unknown = JSON.parse(text, baileys.BufferJSON.reviver);
    if (isIdentity(creds)) return creds;
  } catch {
    // Said below, without the text.
  }
  throw unreadable();
}

function isIdentity(value: unknown): value is AuthenticationCreds {
  if (typeof value !== 'object' || value === null) return false;
  const needed = ['noiseKey', 'signedIdentityKey', 'signedPreKey', 'registrationId'];
  return needed.every((name) => name in value);
}

function unreadable(): ConnectError {
  return new ConnectError('unreadable', 'the stored session can not be read');
}
