import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** One line of the key file. The bytes stay inside: a `KeyObject` prints none. */
export type WrappingKey = Readonly<{
  name: string;
  /** As it stands in the file, to compare. */
  key: KeyObject;
  /** Wraps the keys of devices. */
  forKeys: KeyObject;
  /** Encrypts challenges of pairings, which live for seconds. */
  forChallenges: KeyObject;
}>;

/** Bytes of every key: AES-256. */
export const keyBytes = 32;

export function wrappingKey(name: string, bytes: Uint8Array): WrappingKey {
  const key = createSecretKey(bytes);
  return {
    name,
    key,
    forKeys: deriveKey(key, 'device keys'),
    forChallenges: deriveKey(key, 'challenges'),
  };
}

/** HKDF-SHA256: one key a purpose, so that what is made for one is of no use for another. */
export function deriveKey(key: KeyObject, purpose: string): KeyObject {
  const bytes = hkdfSync('sha256', key, '', `dripfleet ${purpose} v1`, keyBytes);
  return createSecretKey(new Uint8Array(bytes));
}
