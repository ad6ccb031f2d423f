import { Curve, type KeyPair, proto } from '@whiskeysockets/baileys';

/** What a server shows of itself: its Noise key and the chain of certificates that vouches for it. */
export interface ServerIdentity {
  readonly key: KeyPair;
  /** An encoded `CertChain`. */
  readonly chain: Buffer;
}

const { Details } = proto.CertChain.NoiseCertificate;
/** Serial of WhatsApp's root, which clients expect the intermediate to name. */
const ROOT_SERIAL = 0;
const DAY_SECONDS = 86_400;

interface Certified {
  readonly serial: number;
  readonly issuerSerial: number;
  readonly key: Uint8Array;
  readonly signedBy: Uint8Array;
}

/** A fresh key with a chain of the shape WhatsApp's has: root, intermediate, leaf. Nobody but a test should trust it. */
export function makeServerIdentity(): ServerIdentity {
  const root = Curve.generateKeyPair();
  const intermediate = Curve.generateKeyPair();
  const key = Curve.generateKeyPair();
  const chain = proto.CertChain.encode({
    intermediate: certify({
      serial: 1,
      issuerSerial: ROOT_SERIAL,
      key: intermediate.public,
      signedBy: root.private,
    }),
    leaf: certify({ serial: 2, issuerSerial: 1, key: key.public, signedBy: intermediate.private }),
  }).finish();
  return { key, chain: Buffer.from(chain) };
}

function certify({ serial, issuerSerial, key, signedBy }: Certified) {
  const now = Math.floor(Date.now() / 1000);
  const validity = { notBefore: now - DAY_SECONDS, notAfter: now + 365 * DAY_SECONDS };
  const details = Details.encode({ serial, issuerSerial, key, ...validity }).finish();
  return { details, signature: Curve.sign(signedBy, details) };
}
