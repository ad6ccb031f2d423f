import { Curve, proto } from '@whiskeysockets/baileys';
import type { NoiseCipher } from './noise-cipher.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ServerIdentity } from './server-identity.ts';
import { SymmetricState } from './symmetric-state.ts';

const NOTHING = Buffer.alloc(0);

/** Who came through the handshake: the client's static Noise key, and what it wants (a login or a registration). */
export interface Greeting {
  readonly noiseKey: Buffer;
  readonly payload: proto.ClientPayload;
}

/** The server's side of `Noise_XX_25519_AESGCM_SHA256`, and of the encrypted frames after it. */
export class NoiseSession {
  readonly #identity: ServerIdentity;
  readonly #state = new SymmetricState();
  readonly #ephemeral = Curve.generateKeyPair();
  #ciphers: readonly [NoiseCipher, NoiseCipher] | undefined;

  constructor(identity: ServerIdentity) {
    this.#identity = identity;
  }

  /** Answers the client's first handshake message. Throws `ProtocolError`. */
  answerHello(frame: Uint8Array): Uint8Array {
    const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (theirs?.length !== 32) throw new ProtocolError('the first frame is no client hello');
    this.#state.mixHash(theirs);
    this.#state.mixHash(this.#ephemeral.public);
    this.#state.mixKey(Curve.sharedKey(this.#ephemeral.private, theirs));
    const key = this.#state.seal(this.#identity.key.public);
    this.#state.mixKey(Curve.sharedKey(this.#identity.key.private, theirs));
    const payload = this.#state.seal(this.#identity.chain);
    const serverHello = { ephemeral: this.#ephemeral.public, static: key, payload };
    return proto.HandshakeMessage.encode({ serverHello }).finish();
  }

  /** Reads the client's last handshake message. Throws `ProtocolError`. */
  finish(frame: Uint8Array): Greeting {
    const sealed = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!sealed?.static || !sealed.payload) {
      throw new ProtocolError('the second frame is no client finish');
    }
    const noiseKey = this.#state.open(sealed.static);
    this.#state.mixKey(Curve.sharedKey(this.#ephemeral.private, noiseKey));
    const payload = proto.ClientPayload.decode(this.#state.open(sealed.payload));
    this.#ciphers = this.#state.split();
    return { noiseKey, payload };
  }

  seal(plain: Uint8Array): Buffer {
    return this.#transport[1].seal(plain, NOTHING);
  }

  open(sealed: Uint8Array): Buffer {
    return this.#transport[0].open(sealed, NOTHING);
  }

  get #transport(): readonly [NoiseCipher, NoiseCipher] {
    if (this.#ciphers === undefined) throw new ProtocolError('the handshake is not finished');
    return this.#ciphers;
  }
}
