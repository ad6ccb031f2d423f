import { createHmac } from 'node:crypto';
import { Curve, generateSignalPubKey, proto } from '@whiskeysockets/baileys';
import { verifySignature } from 'libsignal/src/curve.js';
import type { SignalParty } from './signal-party.ts';

/** What goes before the bytes that account and device sign, so that neither signature can stand for the other. */
const BY_ACCOUNT = Buffer.from([6, 0]);
const BY_DEVICE = Buffer.from([6, 1]);

interface Linking {
  readonly phone: SignalParty;
  /** The identity key of the device to be linked. */
  readonly identity: Uint8Array;
}

/**
 * The phone's word that a device is one of its account's, under the secret that only the two of them know.
 *
 * Encoded as `ADVSignedDeviceIdentityHMAC`.
 */
export function vouchFor(device: Linking & { keyIndex: number; secret: Buffer }): Uint8Array {
  const { phone, identity, keyIndex, secret } = device;
  const timestamp = Math.floor(Date.now() / 1000);
  const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp, keyIndex }).finish();
  const accountSignature = Curve.sign(
    phone.identity.private,
    Buffer.concat([BY_ACCOUNT, details, identity]),
  );
  const signed = { details, accountSignatureKey: phone.identity.public, accountSignature };
  const bytes = proto.ADVSignedDeviceIdentity.encode(signed).finish();
  const hmac = createHmac('sha256', secret).update(bytes).digest();
  return proto.ADVSignedDeviceIdentityHMAC.encode({ details: bytes, hmac }).finish();
}

/** Whether the device signed the phone's word with its own identity key. */
export function isSignedByDevice(encoded: Uint8Array, { phone, identity }: Linking): boolean {
  const { details, deviceSignature } = proto.ADVSignedDeviceIdentity.decode(encoded);
  if (!details || deviceSignature?.length !== 64) return false;
  const signed = Buffer.concat([BY_DEVICE, details, identity, phone.identity.public]);
  return verifySignature(
    Buffer.from(generateSignalPubKey(identity)),
    signed,
    Buffer.from(deviceSignature),
  );
}
