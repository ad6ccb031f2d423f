import { encodeBigEndian, type proto } from '@whiskeysockets/baileys';
import { ProtocolError } from './protocol-error.ts';
import { childOf, childrenOf, requireBytes, type Stanza, stanza } from './stanza.ts';

export interface OneTimeKey {
  readonly id: number;
  readonly value: Uint8Array;
}

/** The public keys from which anybody can begin a Signal session with a device. */
export interface KeyBundle {
  readonly registrationId: number;
  readonly identity: Uint8Array;
  readonly signedKey: OneTimeKey & { readonly signature: Uint8Array };
}

type Registration = proto.ClientPayload.IDevicePairingRegistrationData;

/** Key type 5 is Curve25519. */
const CURVE_25519 = Buffer.from([5]);

/** Reads what a client uploads. Throws `ProtocolError` when a key is missing. */
export function parseKeyBundle(upload: Stanza): KeyBundle {
  return {
    registrationId: wholeNumber(requireBytes(upload, 'registration')),
    identity: requireBytes(upload, 'identity'),
    signedKey: parseSignedKey(childOf(upload, 'skey')),
  };
}

/** Reads the keys that a client brings when it wants to be linked. Throws `ProtocolError` when one is missing. */
export function parseRegistration(data: Registration): KeyBundle {
  const { eRegid, eIdent, eSkeyId, eSkeyVal, eSkeySig } = data;
  if (!eRegid || !eIdent || !eSkeyId || !eSkeyVal || !eSkeySig) {
    throw new ProtocolError('a registration lacks a key');
  }
  return {
    registrationId: wholeNumber(Buffer.from(eRegid)),
    identity: eIdent,
    signedKey: { id: wholeNumber(Buffer.from(eSkeyId)), value: eSkeyVal, signature: eSkeySig },
  };
}

export function parseSignedKey(key: Stanza | undefined): KeyBundle['signedKey'] {
  return { ...parseOneTimeKey(key), signature: requireBytes(key, 'signature') };
}

export function parseOneTimeKeys(list: Stanza | undefined): OneTimeKey[] {
  return childrenOf(list, 'key').map(parseOneTimeKey);
}

/** Writes a bundle as the server hands it out. */
export function keyBundleStanzas(bundle: KeyBundle, oneTime?: OneTimeKey): Stanza[] {
  const { signedKey } = bundle;
  return [
    stanza('registration', {}, encodeBigEndian(bundle.registrationId)),
    stanza('type', {}, CURVE_25519),
    stanza('identity', {}, bundle.identity),
    stanza('skey', {}, [
      ...oneTimeKeyStanzas(signedKey),
      stanza('signature', {}, signedKey.signature),
    ]),
    ...(oneTime === undefined ? [] : [stanza('key', {}, oneTimeKeyStanzas(oneTime))]),
  ];
}

function parseOneTimeKey(key: Stanza | undefined): OneTimeKey {
  return { id: wholeNumber(requireBytes(key, 'id')), value: requireBytes(key, 'value') };
}

function oneTimeKeyStanzas({ id, value }: OneTimeKey): Stanza[] {
  return [stanza('id', {}, encodeBigEndian(id, 3)), stanza('value', {}, value)];
}

function wholeNumber(bytes: Buffer): number {
  if (bytes.length < 1 || bytes.length > 6) throw new ProtocolError('a number has a wrong length');
  return bytes.readUIntBE(0, bytes.length);
}
