import type { WAMessageContent } from '@whiskeysockets/baileys';
import type { Baileys } from './load-baileys.ts';

/**
 * The words of a message, wherever WhatsApp puts them: plain, with a link or a quote, under a picture, in a message
 * that disappears or may be seen once, in the answer to buttons or a list, in an edited message.
 */
export function inboundText(
  baileys: Baileys,
  content: WAMessageContent | null | undefined,
): string | undefined {
  const inner = baileys.normalizeMessageContent(content);
  if (!inner) return undefined;
  const edited = inner.protocolMessage?.editedMessage;
  if (edited) return inboundText(baileys, edited);
  const words = [
    inner.conversation,
    inner.extendedTextMessage?.text,
    inner.imageMessage?.caption,
    inner.videoMessage?.caption,
    inner.documentMessage?.caption,
    inner.buttonsResponseMessage?.selectedDisplayText,
    inner.templateButtonReplyMessage?.selectedDisplayText,
    inner.listResponseMessage?.title,
    inner.interactiveResponseMessage?.body?.text,
  ];
  return words.find((text) => typeof text === 'string' && text !== '') ?? undefined;
}

/** Whether a person wrote it, rather than a phone: no reactions, deletions, keys or settings. */
export function isWritten(baileys: Baileys, content: WAMessageContent | null | undefined): boolean {
  const inner = baileys.normalizeMessageContent(content);
  if (!inner) return false;
  if (inner.protocolMessage) return Boolean(inner.protocolMessage.editedMessage);
  return !unwritten.some((name) => Boolean(inner[name]));
}

const unwritten = [
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'keepInChatMessage',
  'pinInChatMessage',
] as const;
