import { extractMessageContent, type proto } from '@whiskeysockets/baileys';
import type { MediaKind } from '../ledger-event.ts';
import type { Content } from '../network.ts';
import { ProtocolError } from './protocol-error.ts';

/** WhatsApp's own limit for a text is 65,536 characters. */
const LONGEST_TEXT = 65_536;

/** What a contact sees of a message: its text, or its media and their caption. */
export function readContent(message: proto.IMessage): Content {
  const inner = extractMessageContent(message) ?? {};
  const media = mediaOf(inner);
  const text = media?.caption ?? inner.conversation ?? inner.extendedTextMessage?.text ?? '';
  if (text.length > LONGEST_TEXT) throw new ProtocolError('a text is too long');
  return { kind: 'text', text, media: media?.kind };
}

function mediaOf(message: proto.IMessage): { kind: MediaKind; caption: string } | undefined {
  const { imageMessage, videoMessage, documentMessage, audioMessage, stickerMessage } = message;
  if (imageMessage) return { kind: 'image', caption: imageMessage.caption ?? '' };
  if (videoMessage) return { kind: 'video', caption: videoMessage.caption ?? '' };
  if (documentMessage) return { kind: 'document', caption: documentMessage.caption ?? '' };
  if (audioMessage) return { kind: 'audio', caption: '' };
  return stickerMessage ? { kind: 'sticker', caption: '' } : undefined;
}
