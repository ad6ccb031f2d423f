import {
  Curve,
  encodeWAMessage,
  generateSignalPubKey,
  proto,
  signedKeyPair,
  unpadRandomMax16,
} from '@whiskeysockets/baileys';
import {
  ProtocolAddress,
  SessionBuilder,
  SessionCipher,
  type SessionRecord,
  type SignalStorage,
} from 'libsignal';
import type { KeyBundle, OneTimeKey } from './key-bundle.ts';

/** Sessions take about 4 KB each; a run with more pairs of device and contact forgets the oldest one-way ones. */
const MOST_SESSIONS = 50_000;

export interface Ciphertext {
  readonly type: 'pkmsg' | 'msg';
  readonly bytes: Buffer;
}

/**
 * One Signal identity of ours, for as many phones as there are: each pair of a phone and a linked device has its own
 * session, under a name of the caller's choice.
 *
 * One key pair for all keeps runs with many thousand contacts cheap: making a key costs 0.2 ms, signing one 8 ms.
 */
export class SignalParty {
  readonly #identity = Curve.generateKeyPair();
  readonly #signedKey = signedKeyPair(this.#identity, 1);
  readonly #registrationId = 1 + Math.floor(Math.random() * 16_380);
  readonly #sessions = new Map<string, SessionRecord>();
  /** A session the phone has written in cannot be rebuilt from the device's next message. */
  readonly #twoWay = new Set<string>();
  readonly #storage: SignalStorage;

  constructor() {
    const identity = signalPair(this.#identity);
    const signed = signalPair(this.#signedKey.keyPair);
    this.#storage = {
      loadSession: async (name) => this.#sessions.get(name),
      storeSession: async (name, record) => {
        this.#store(name, record);
      },
      isTrustedIdentity: () => true,
      loadPreKey: async () => undefined,
      removePreKey: () => {},
      loadSignedPreKey: () => signed,
      getOurRegistrationId: () => this.#registrationId,
      getOurIdentity: () => identity,
    };
  }

  /** What a device needs to write to a phone of this party. */
  get bundle(): KeyBundle {
    const { keyPair, keyId, signature } = this.#signedKey;
    return {
      registrationId: this.#registrationId,
      identity: this.#identity.public,
      signedKey: { id: keyId, value: keyPair.public, signature },
    };
  }

  /** The account's key of a phone, which vouches for its linked devices. */
  get identity(): { readonly public: Uint8Array; readonly private: Uint8Array } {
    return this.#identity;
  }

  /** Nothing when the session or its keys do not fit, as on a counter that was used before. */
  async decrypt(session: string, { type, bytes }: Ciphertext): Promise<proto.Message | undefined> {
    const cipher = new SessionCipher(this.#storage, addressOf(session));
    try {
      const padded =
        type === 'pkmsg'
          ? await cipher.decryptPreKeyWhisperMessage(bytes)
          : await cipher.decryptWhisperMessage(bytes);
      return proto.Message.decode(unpadRandomMax16(padded));
    } catch {
      return undefined;
    }
  }

  async encrypt(session: string, message: proto.IMessage): Promise<Ciphertext> {
    const address = addressOf(session);
    const cipher = new SessionCipher(this.#storage, address);
    const { type, body } = await cipher.encrypt(Buffer.from(encodeWAMessage(message)));
    this.#twoWay.add(address.toString());
    return { type: type === 3 ? 'pkmsg' : 'msg', bytes: Buffer.from(body, 'binary') };
  }

  hasSession(session: string): boolean {
    return this.#sessions.get(addressOf(session).toString())?.haveOpenSession() === true;
  }

  /** Begins a session with a device from the keys it left at the server. */
  async begin(session: string, bundle: KeyBundle, oneTime: OneTimeKey | undefined): Promise<void> {
    const { id, value, signature } = bundle.signedKey;
    const device = {
      registrationId: bundle.registrationId,
      identityKey: signalKey(bundle.identity),
      signedPreKey: { keyId: id, publicKey: signalKey(value), signature },
    };
    const preKey = oneTime && {
      preKey: { keyId: oneTime.id, publicKey: signalKey(oneTime.value) },
    };
    // A bundle may lack a one-time key; the types of libsignal do not say so.
    type Device = Parameters<SessionBuilder['initOutgoing']>[0];
    const builder = new SessionBuilder(this.#storage, addressOf(session));
    await builder.initOutgoing({ ...device, ...preKey } as Device);
  }

  forget(session: string): void {
    const name = addressOf(session).toString();
    this.#sessions.delete(name);
    this.#twoWay.delete(name);
  }

  #store(name: string, record: SessionRecord): void {
    this.#sessions.delete(name);
    this.#sessions.set(name, record);
    if (this.#sessions.size <= MOST_SESSIONS) return;
    for (const oldest of this.#sessions.keys()) {
      if (this.#twoWay.has(oldest)) continue;
      this.#sessions.delete(oldest);
      return;
    }
  }
}

function addressOf(session: string): ProtocolAddress {
  return new ProtocolAddress(session, 0);
}

function signalPair(pair: { readonly public: Uint8Array; readonly private: Uint8Array }) {
  return { pubKey: signalKey(pair.public), privKey: Buffer.from(pair.private) };
}

/** libsignal writes public keys with a byte for their type in front. */
function signalKey(key: Uint8Array): Buffer {
  return Buffer.from(generateSignalPubKey(key));
}
