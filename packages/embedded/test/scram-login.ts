import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The client's side of SCRAM-SHA-256 (RFC 5802) as PostgreSQL frames it; the server's proof is not checked. */
export class ScramLogin {
  readonly #password: string;
  readonly #begin = `n=,r=${randomBytes(18).toString('base64')}`;

  constructor(password: string) {
    this.#password = password;
  }

  /** The mechanism, and the first message behind its length. */
  first(): Buffer {
    const begin = Buffer.from(`n,,${this.#begin}`);
    const length = Buffer.alloc(4);
    length.writeInt32BE(begin.length);
    return Buffer.concat([Buffer.from('SCRAM-SHA-256\0'), length, begin]);
  }

  final(challenge: string): Buffer {
    const [, nonce = '', salt = '', rounds = ''] = /^r=(.*),s=(.*),i=(\d+)$/.exec(challenge) ?? [];
    const salted = pbkdf2Sync(
      this.#password,
      Buffer.from(salt, 'base64'),
      Number(rounds),
      32,
      'sha256',
    );
    const clientKey = hmac(salted, 'Client Key');
    const answer = `c=biws,r=${nonce}`;
    const signature = hmac(
      createHash('sha256').update(clientKey).digest(),
      `${this.#begin},${challenge},${answer}`,
    );
    const proof = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    return Buffer.from(`${answer},p=${Buffer.from(proof).toString('base64')}`);
  }
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
