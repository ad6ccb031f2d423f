import { createCipheriv, createDecipheriv } from 'node:crypto';
import { ProtocolError } from './protocol-error.ts';

const TAG_BYTES = 16;

/** AES-256-GCM under one key; the nonce is a counter that starts at 0 (Noise Protocol Framework, 5.1). */
export class NoiseCipher {
  readonly #key: Buffer;
  #counter = 0;

  constructor(key: Buffer) {
    this.#key = key;
  }

  seal(plain: Uint8Array, associated: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nextNonce());
    cipher.setAAD(associated);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** Throws `ProtocolError` when it was not sealed under this key at this place. */
  open(sealed: Uint8Array, associated: Uint8Array): Buffer {
    const end = sealed.length - TAG_BYTES;
    if (end < 0) throw new ProtocolError('a sealed frame is shorter than its tag');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nextNonce());
    decipher.setAAD(associated);
    decipher.setAuthTag(sealed.subarray(end));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
    } catch (cause) {
      throw new ProtocolError('a frame cannot be decrypted', { cause });
    }
  }

  #nextNonce(): Buffer {
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(this.#counter, 8);
    this.#counter += 1;
    return nonce;
  }
}
