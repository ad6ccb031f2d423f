import { ProtocolError } from './protocol-error.ts';

/** A pre-key upload of a first login is about 40 KB and a message with a thumbnail about 50 KB; more is a client gone wrong. */
export const LONGEST_FRAME_BYTES = 1024 * 1024;
const ROUTING_PREFIX = Buffer.from('ED');
const INTRO = Buffer.from('WA');
const INTRO_BYTES = 4;

/** Cuts a client's bytes into frames: an introduction once, then 3 bytes of length (big-endian) and as many bytes. */
export class FrameReader {
  #bytes: Buffer = Buffer.alloc(0);
  #introduced = false;

  /** The frames that are whole now. Throws `ProtocolError` on bytes that no client of WhatsApp sends. */
  feed(data: Buffer): Buffer[] {
    this.#bytes = this.#bytes.length === 0 ? data : Buffer.concat([this.#bytes, data]);
    const frames: Buffer[] = [];
    if (!this.#introduced && !this.#readIntroduction()) return frames;
    for (;;) {
      const frame = this.#readFrame();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
  }

  #readFrame(): Buffer | undefined {
    if (this.#bytes.length < 3) return undefined;
    const end = 3 + this.#bytes.readUIntBE(0, 3);
    if (end > LONGEST_FRAME_BYTES) throw new ProtocolError('a frame is too long');
    if (this.#bytes.length < end) return undefined;
    const frame = this.#bytes.subarray(3, end);
    this.#bytes = this.#bytes.subarray(end);
    return frame;
  }

  /** `WA`, two version bytes; before them, when the client knows it, `ED 00 01`, a length and where it was last served. */
  #readIntroduction(): boolean {
    let at = 0;
    if (this.#startsWith(ROUTING_PREFIX)) {
      if (this.#bytes.length < 7) return false;
      at = 7 + this.#bytes.readUIntBE(4, 3);
      if (at > LONGEST_FRAME_BYTES) throw new ProtocolError('the routing prefix is too long');
    }
    if (this.#bytes.length < at + INTRO_BYTES) return false;
    if (!this.#bytes.subarray(at, at + INTRO.length).equals(INTRO)) {
      throw new ProtocolError('the connection does not begin as a WhatsApp client does');
    }
    this.#bytes = this.#bytes.subarray(at + INTRO_BYTES);
    this.#introduced = true;
    return true;
  }

  #startsWith(prefix: Buffer): boolean {
    return this.#bytes.subarray(0, prefix.length).equals(prefix);
  }
}

/** A frame as it travels. */
export function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(3 + payload.length);
  frame.writeUIntBE(payload.length, 0, 3);
  frame.set(payload, 3);
  return frame;
}
