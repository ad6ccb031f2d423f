import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/**
 * What the ciphertext belongs to: it opens under exactly the same only. Written as JSON, so that no two lists read
 * alike; the format's version is part of it.
 */
export type Belonging = readonly (string | number)[];

const version = 1;
/** The 96 bits that GCM is made for. Random ones are safe for 2^32 texts under one key (NIST SP 800-38D, 8.3). */
const nonceBytes = 12;
const tagBytes = 16;
const algorithm = 'aes-256-gcm';

/** Encrypts: version (1 byte), nonce (12), ciphertext, tag (16). */
export function seal(key: KeyObject, belonging: Belonging, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(belonging));
  const head = Buffer.of(version);
  return Buffer.concat([head, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined for what was changed, cut off, encrypted with another key, or belongs to something else. */
export function unseal(key: KeyObject, belonging: Belonging, sealed: Buffer): Buffer | undefined {
  if (sealed.length < 1 + nonceBytes + tagBytes || sealed[0] !== version) return undefined;
  const nonce = sealed.subarray(1, 1 + nonceBytes);
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(belonging));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const body = sealed.subarray(1 + nonceBytes, -tagBytes);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    // All that `final` can throw for: the tag does not fit.
    return undefined;
  }
}

function associatedData(belonging: Belonging): Buffer {
  return Buffer.from(JSON.stringify([version, ...belonging]));
}
