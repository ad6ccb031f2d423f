import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** ASN.1 tags of X.509 (ITU X.690). */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_ID = 0x06;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const VERSION_FIELD = 0xa0;
const EXTENSIONS_FIELD = 0xa3;

const TRUE = Buffer.from([0x01, 0x01, 0xff]);
const VERSION_3 = der(VERSION_FIELD, der(INTEGER, Buffer.from([2])));
/** ecdsa-with-SHA256: 1.2.840.10045.4.3.2. */
const ALGORITHM = der(SEQUENCE, der(OBJECT_ID, Buffer.from('2a8648ce3d040302', 'hex')));
/** 2.5.4.3, 2.5.29.19 and 2.5.29.17. */
const COMMON_NAME = der(OBJECT_ID, Buffer.from('550403', 'hex'));
const BASIC_CONSTRAINTS = der(OBJECT_ID, Buffer.from('551d13', 'hex'));
const ALTERNATIVE_NAMES = der(OBJECT_ID, Buffer.from('551d11', 'hex'));
const DAY_MS = 86_400_000;

/**
 * A certificate for `localhost` and 127.0.0.1 with a key of its own, good for 30 days (X.509 v3, RFC 5280).
 *
 * Node can read certificates but not make them, and an upload of WhatsApp's clients goes to HTTPS whatever one says.
 */
export function makeSelfSigned(now = Date.now()): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text('simulator'))));
  const body = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ALGORITHM,
    name,
    der(SEQUENCE, instant(now - DAY_MS), instant(now + 30 * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(EXTENSIONS_FIELD, der(SEQUENCE, authority(), names())),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = der(SEQUENCE, body, ALGORITHM, der(BIT_STRING, signature));
  return {
    certificate: pem(certificate),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}

/** It vouches for itself: who trusts it as a root trusts the server. */
function authority(): Buffer {
  return der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
}

function names(): Buffer {
  const all = der(
    SEQUENCE,
    der(DNS_NAME, Buffer.from('localhost')),
    der(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
  );
  return der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, all));
}

function text(value: string): Buffer {
  return der(UTF8_STRING, Buffer.from(value));
}

/** `YYMMDDhhmmssZ`. */
function instant(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14);
  return der(UTC_TIME, Buffer.from(`${digits}Z`));
}

/** Tag, length, contents (X.690, 8.1). */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const bytes = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
