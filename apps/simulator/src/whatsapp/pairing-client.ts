import { randomBytes } from 'node:crypto';
import { Curve, type KeyPair, type proto } from '@whiskeysockets/baileys';
import { jidOf, lidOf, parseJid, SERVER } from './address.ts';
import type { ClientStage } from './client-stage.ts';
import { isSignedByDevice, vouchFor } from './device-identity.ts';
import { type KeyBundle, parseRegistration } from './key-bundle.ts';
import { openLinkBundle, unwrapKey, wrapKey } from './link-code.ts';
import type { LinkableClient } from './pairings.ts';
import { ProtocolError } from './protocol-error.ts';
import { childrenOf, requireBytes, secondsNow, type Stanza, stanza } from './stanza.ts';
import { farewellFor, type StanzaSocket } from './stanza-socket.ts';
import type { WhatsappServer } from './whatsapp-server.ts';

interface PairingParts {
  readonly socket: StanzaSocket;
  readonly server: WhatsappServer;
  readonly noiseKey: Buffer;
  readonly pairing: proto.ClientPayload.IDevicePairingRegistrationData;
}

/** As many codes as a client shows before it gives up. */
const REFS = 6;
/** "Restart required": after a pairing the client connects anew, to log in. */
const RESTART = 515;
/** RFC 6455: data of a kind this end cannot accept. */
const UNACCEPTABLE = 1003;

/** What the two sides of a pairing by code know of each other before it is typed. */
interface CodeRequest {
  readonly phone: string;
  readonly wrappedEphemeral: Buffer;
  readonly ref: Buffer;
}

/** A client that no account knows yet: it shows a QR or a code, and is linked when a phone takes it. */
export class PairingClient implements ClientStage, LinkableClient {
  readonly #parts: PairingParts;
  readonly #bundle: KeyBundle;
  #codeRequest: CodeRequest | undefined;
  #typed: { readonly ephemeral: KeyPair; readonly companionEphemeral: Buffer } | undefined;
  #linking: { readonly phone: string; readonly id: number } | undefined;
  #lastId = 0;

  constructor(parts: PairingParts) {
    this.#parts = parts;
    this.#bundle = parseRegistration(parts.pairing);
    const refs = Array.from({ length: REFS }, () => `2@${randomBytes(24).toString('base64')}`);
    parts.server.pairings.offer(refs, this);
    const children = refs.map((ref) => stanza('ref', {}, Buffer.from(ref)));
    this.#order([stanza('pair-device', {}, children)]);
  }

  take(message: Stanza): void {
    if (message.tag !== 'iq') return;
    const child = childrenOf(message)[0];
    const { type, id = '' } = message.attrs;
    if (type === 'result') {
      if (child?.tag === 'pair-device-sign') this.#finish(child);
      return;
    }
    const answer =
      child?.tag === 'link_code_companion_reg' ? this.#takeCodeStage(child) : undefined;
    this.#parts.socket.send(stanza('iq', { id, from: SERVER, type: 'result' }, answer));
  }

  expel(code: number): void {
    this.#parts.socket.end(code);
  }

  leave(): void {
    this.#parts.server.pairings.remove(this);
  }

  /** The phone has read the secret from the QR, or agreed on one by code: it vouches for the client. */
  vouch(phone: string, secret: Buffer): void {
    const { server } = this.#parts;
    const id = server.companions.nextId(phone);
    this.#linking = { phone, id };
    const identity = { phone: server.phones, identity: this.#bundle.identity };
    this.#order([
      stanza('pair-success', {}, [
        stanza('device-identity', {}, vouchFor({ ...identity, keyIndex: id, secret })),
        stanza('device', { jid: jidOf(phone, id), lid: lidOf(phone, id) }),
        stanza('platform', { name: 'android' }),
      ]),
    ]);
  }

  /** The user has typed the code on the phone. */
  async typeCode(code: string): Promise<void> {
    const request = this.#codeRequest;
    if (request === undefined) return;
    const ephemeral = Curve.generateKeyPair();
    const companionEphemeral = await unwrapKey(code, request.wrappedEphemeral);
    this.#typed = { ephemeral, companionEphemeral };
    const wrapped = await wrapKey(code, ephemeral.public);
    const { public: identity } = this.#parts.server.phones.identity;
    const type = 'link_code_companion_reg';
    const attrs = { from: SERVER, type, id: this.#nextId(), t: secondsNow() };
    const content = [
      stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped),
      stanza('primary_identity_pub', {}, identity),
      stanza('link_code_pairing_ref', {}, request.ref),
    ];
    const stage = stanza(type, { stage: 'primary_hello' }, content);
    this.#parts.socket.send(stanza('notification', attrs, [stage]));
  }

  #takeCodeStage(child: Stanza): Stanza[] | undefined {
    const { stage, jid } = child.attrs;
    if (stage !== 'companion_hello') {
      this.#finishCode(child);
      return undefined;
    }
    const phone = parseJid(jid)?.phone;
    if (phone === undefined) throw new ProtocolError('a code is asked for no number');
    const tag = 'link_code_pairing_wrapped_companion_ephemeral_pub';
    const ref = randomBytes(16);
    this.#codeRequest = { phone, wrappedEphemeral: requireBytes(child, tag), ref };
    this.#parts.server.pairings.offerCode(phone, this);
    const answer = stanza('link_code_pairing_ref', {}, ref);
    return [stanza('link_code_companion_reg', { stage: 'companion_hello' }, [answer])];
  }

  /** With the wrong code on the phone nothing comes of it: the client may ask for another. */
  #finishCode(child: Stanza): void {
    const request = this.#codeRequest;
    const typed = this.#typed;
    if (request === undefined || typed === undefined) {
      throw new ProtocolError('a code is finished that nobody typed');
    }
    const bundle = requireBytes(child, 'link_code_pairing_wrapped_key_bundle');
    const companionIdentity = requireBytes(child, 'companion_identity_public');
    const phoneIdentity = this.#parts.server.phones.identity;
    try {
      const secret = openLinkBundle(bundle, { ...typed, phoneIdentity, companionIdentity });
      queueMicrotask(() => {
        this.vouch(request.phone, secret);
      });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }

  #finish(signed: Stanza): void {
    const { socket, server, noiseKey } = this.#parts;
    const linking = this.#linking;
    if (linking === undefined) throw new ProtocolError('a pairing ends that has not begun');
    const encoded = requireBytes(signed, 'device-identity');
    const device = { phone: server.phones, identity: this.#bundle.identity };
    if (!isSignedByDevice(encoded, device)) {
      socket.end(UNACCEPTABLE);
      return;
    }
    server.companions.pair({ ...linking, noiseKey }).keep(this.#bundle, []);
    server.tally.paired += 1;
    server.network.pair(linking.phone);
    server.pairings.remove(this);
    server.network.afterLedger(() => {
      socket.end(RESTART, farewellFor(RESTART));
    });
  }

  #order(content: Stanza[]): void {
    const attrs = { from: SERVER, type: 'set', id: this.#nextId(), xmlns: 'md', t: secondsNow() };
    this.#parts.socket.send(stanza('iq', attrs, content));
  }

  #nextId(): string {
    this.#lastId += 1;
    return `sim-${this.#lastId}`;
  }
}
