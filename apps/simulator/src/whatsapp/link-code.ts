import {
  createCipheriv,
  createDecipheriv,
  hkdfSync,
  pbkdf2 as pbkdf2WithCallback,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { Curve, type KeyPair } from '@whiskeysockets/baileys';
import { ProtocolError } from './protocol-error.ts';

const pbkdf2 = promisify(pbkdf2WithCallback);
const SALT_BYTES = 32;
/** 2¹⁷, as WhatsApp's clients do. */
const ROUNDS = 131_072;
const BUNDLE_INFO = 'link_code_pairing_key_bundle_encryption_key';

/** Wraps a public key under a code that only the user carries from one device to the other. */
export async function wrapKey(code: string, key: Uint8Array): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', await deriveKey(code, salt), nonce);
  return Buffer.concat([salt, nonce, cipher.update(key), cipher.final()]);
}

/** Under a wrong code the key comes out as another one; nothing tells. */
export async function unwrapKey(code: string, wrapped: Buffer): Promise<Buffer> {
  if (wrapped.length !== SALT_BYTES + 16 + 32)
    throw new ProtocolError('a wrapped key is too short');
  const key = await deriveKey(code, wrapped.subarray(0, SALT_BYTES));
  const decipher = createDecipheriv('aes-256-ctr', key, wrapped.subarray(SALT_BYTES, 48));
  return Buffer.concat([decipher.update(wrapped.subarray(48)), decipher.final()]);
}

interface LinkSecrets {
  /** The phone's ephemeral key, and the companion's as the code unwrapped it. */
  readonly ephemeral: KeyPair;
  readonly companionEphemeral: Uint8Array;
  readonly phoneIdentity: { readonly private: Uint8Array };
  readonly companionIdentity: Uint8Array;
}

/**
 * Opens the companion's last message of a pairing by code: the secret that vouches for the phone from now on.
 *
 * Throws `ProtocolError` when both sides used different codes.
 */
export function openLinkBundle(bundle: Buffer, secrets: LinkSecrets): Buffer {
  const shared = Curve.sharedKey(secrets.ephemeral.private, secrets.companionEphemeral);
  const key = Buffer.from(
    hkdfSync('sha256', shared, bundle.subarray(0, SALT_BYTES), BUNDLE_INFO, 32),
  );
  const random = openSealed(key, bundle.subarray(SALT_BYTES)).subarray(64, 96);
  const identities = Curve.sharedKey(secrets.phoneIdentity.private, secrets.companionIdentity);
  const secret = Buffer.concat([shared, identities, random]);
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(32), 'adv_secret', 32));
}

/** 12 bytes of nonce, then AES-256-GCM with its tag at the end. */
function openSealed(key: Buffer, sealed: Buffer): Buffer {
  const end = sealed.length - 16;
  if (end < 12) throw new ProtocolError('a key bundle is too short');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(end));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(12, end)), decipher.final()]);
  } catch (cause) {
    throw new ProtocolError('the code on the phone is not the one of the client', { cause });
  }
}

async function deriveKey(code: string, salt: Buffer): Promise<Buffer> {
  return await pbkdf2(code, salt, ROUNDS, 32, 'sha256');
}
