import { createHash, hkdfSync } from 'node:crypto';
import { NOISE_MODE, NOISE_WA_HEADER } from '@whiskeysockets/baileys';
import { NoiseCipher } from './noise-cipher.ts';

const NOTHING = Buffer.alloc(0);

/**
 * What both ends of a Noise handshake compute in step (Noise Protocol Framework, 5.2).
 *
 * WhatsApp's protocol name is exactly 32 bytes, so it is the first hash and chaining key as it stands; its frames'
 * four header bytes are the prologue.
 */
export class SymmetricState {
  #hash: Buffer = Buffer.from(NOISE_MODE);
  #chain: Buffer = this.#hash;
  #cipher = new NoiseCipher(this.#hash);

  constructor() {
    this.mixHash(NOISE_WA_HEADER);
  }

  mixHash(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest();
  }

  mixKey(secret: Uint8Array): void {
    const [chain, key] = derivePair(this.#chain, secret);
    this.#chain = chain;
    this.#cipher = new NoiseCipher(key);
  }

  seal(plain: Uint8Array): Buffer {
    const sealed = this.#cipher.seal(plain, this.#hash);
    this.mixHash(sealed);
    return sealed;
  }

  open(sealed: Uint8Array): Buffer {
    const plain = this.#cipher.open(sealed, this.#hash);
    this.mixHash(sealed);
    return plain;
  }

  /** The ciphers of the frames after the handshake: first the client's, then the server's. */
  split(): readonly [NoiseCipher, NoiseCipher] {
    const [client, server] = derivePair(this.#chain, NOTHING);
    return [new NoiseCipher(client), new NoiseCipher(server)];
  }
}

function derivePair(salt: Buffer, secret: Uint8Array): readonly [Buffer, Buffer] {
  const both = Buffer.from(hkdfSync('sha256', secret, salt, NOTHING, 64));
  return [both.subarray(0, 32), both.subarray(32)];
}
