import { inflateSync } from 'node:zlib';
import {
  type BinaryNode,
  decodeDecompressedBinaryNode,
  encodeBinaryNode,
} from '@whiskeysockets/baileys';
import * as tokens from '@whiskeysockets/baileys/lib/WABinary/constants.js';
import { LONGEST_FRAME_BYTES } from './frame-reader.ts';
import { ProtocolError } from './protocol-error.ts';

/** WhatsApp's XML, one element: what client and server say to each other. */
export type Stanza = BinaryNode;

const COMPRESSED = 2;

/** Reads one stanza. Throws `ProtocolError` on anything else, and on one that unpacks to more than a frame may hold. */
export function decodeStanza(bytes: Buffer): Stanza {
  try {
    const packed = ((bytes[0] ?? 0) & COMPRESSED) !== 0;
    const rest = bytes.subarray(1);
    const plain = packed ? inflateSync(rest, { maxOutputLength: LONGEST_FRAME_BYTES }) : rest;
    return decodeDecompressedBinaryNode(plain, tokens);
  } catch (cause) {
    throw new ProtocolError('a frame holds no stanza', { cause });
  }
}

export function encodeStanza(message: Stanza): Uint8Array {
  return encodeBinaryNode(message);
}

export function stanza(
  tag: string,
  attrs: Readonly<Record<string, string>> = {},
  content?: Stanza[] | Uint8Array,
): Stanza {
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

/** The elements inside, all of them or those of one name. */
export function childrenOf(parent: Stanza | undefined, tag?: string): readonly Stanza[] {
  if (!Array.isArray(parent?.content)) return [];
  return tag === undefined ? parent.content : parent.content.filter((child) => child.tag === tag);
}

export function childOf(parent: Stanza | undefined, tag: string): Stanza | undefined {
  return childrenOf(parent, tag)[0];
}

/** The bytes inside an element, or inside its child of a name. */
export function bytesOf(parent: Stanza | undefined, tag?: string): Buffer | undefined {
  const content = (tag === undefined ? parent : childOf(parent, tag))?.content;
  if (content === undefined || Array.isArray(content)) return undefined;
  return Buffer.from(content as Uint8Array);
}

/** Like `bytesOf`; throws `ProtocolError` when they are not there. */
export function requireBytes(parent: Stanza | undefined, tag: string): Buffer {
  const bytes = bytesOf(parent, tag);
  if (bytes === undefined) throw new ProtocolError(`a stanza lacks its ${tag}`);
  return bytes;
}

/** The instant as stanzas write it: whole seconds. */
export function secondsNow(): string {
  return Math.floor(Date.now() / 1000).toString();
}
