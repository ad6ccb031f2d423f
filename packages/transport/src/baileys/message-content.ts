import { hkdfSync } from 'node:crypto';
import { assertNever, type StepMedia } from '@dripfleet/domain';
import type { AnyMediaMessageContent, proto, WASocket } from '@whiskeysockets/baileys';
import type { OutboundMessage } from '../session.ts';
import type { Baileys } from './load-baileys.ts';
import type { MediaFile, MediaFiles } from './media/media-files.ts';
import type { MediaFailure } from './media/media-outcome.ts';
import { recentCache } from './recent-cache.ts';
import { silentLogger } from './silent-logger.ts';

export type Content = Readonly<{ kind: 'made'; content: proto.IMessage }> | MediaFailure;

/** An upload is good for weeks; the file behind the address may be changed sooner. */
const uploadLifetime = 3_600_000;
const uploadTimeout = 60_000;

/** Makes of a message what WhatsApp is sent; a file is uploaded once for each session. */
export class MessageContent {
  readonly #baileys: Baileys;
  readonly #files: MediaFiles;
  readonly #sock: WASocket;
  readonly #uploads = recentCache(20, uploadLifetime);

  constructor(baileys: Baileys, files: MediaFiles, sock: WASocket) {
    this.#baileys = baileys;
    this.#files = files;
    this.#sock = sock;
  }

  /** The same message makes the same content on every attempt, except for the key of a file that is uploaded anew. */
  async make(message: OutboundMessage): Promise<Content> {
    const { media, body } = message;
    const messageContextInfo = { messageSecret: this.#secret(message) };
    if (!media) {
      return {
        kind: 'made',
        content: { extendedTextMessage: { text: body }, messageContextInfo },
      };
    }
    const uploaded = await this.#upload(media);
    if (uploaded.kind !== 'made') return uploaded;
    const content = { ...captioned(uploaded.content, body), messageContextInfo };
    return { kind: 'made', content };
  }

  /** Reactions and reports are bound to it. From the identity, so that a repeat from another process has the same. */
  #secret({ messageId }: OutboundMessage): Uint8Array {
    const { signedIdentityKey } = this.#sock.authState.creds;
    const info = `dripfleet message secret ${messageId}`;
    return new Uint8Array(hkdfSync('sha256', signedIdentityKey.private, '', info, 32));
  }

  async #upload(media: StepMedia): Promise<Content> {
    const key = JSON.stringify([media.kind, media.url, media.fileName]);
    const known = await this.#uploads.get<proto.IMessage>(key);
    if (known) return { kind: 'made', content: known };
    const fetched = await this.#files.fetch(media);
    if (fetched.kind !== 'fetched') return fetched;
    try {
      const content = await this.#baileys.prepareWAMessageMedia(uploadOf(media, fetched.file), {
        upload: this.#sock.waUploadToServer,
        mediaUploadTimeoutMs: uploadTimeout,
        logger: silentLogger,
      });
      await this.#uploads.set(key, content);
      return { kind: 'made', content };
    } catch {
      return { kind: 'unavailable' };
    }
  }
}

function uploadOf(media: StepMedia, { bytes, mimeType }: MediaFile): AnyMediaMessageContent {
  switch (media.kind) {
    // An empty preview: Baileys would look for programs to make one with.
    case 'image':
      return { image: bytes, mimetype: mimeType, jpegThumbnail: '' };
    case 'video':
      return { video: bytes, mimetype: mimeType, jpegThumbnail: '' };
    case 'audio':
      return { audio: bytes, mimetype: mimeType };
    case 'document':
      return { document: bytes, mimetype: mimeType, fileName: media.fileName ?? lastPart(media) };
    default:
      return assertNever(media.kind);
  }
}

function lastPart({ url }: StepMedia): string {
  const name = new URL(url).pathname.split('/').at(-1);
  return name || 'document';
}

/** WhatsApp shows no caption under an audio. */
function captioned(content: proto.IMessage, caption: string): proto.IMessage {
  const { imageMessage, videoMessage, documentMessage, audioMessage } = content;
  if (imageMessage) return { imageMessage: { ...imageMessage, caption, jpegThumbnail: null } };
  if (videoMessage) return { videoMessage: { ...videoMessage, caption, jpegThumbnail: null } };
  if (documentMessage) return { documentMessage: { ...documentMessage, caption } };
  return { audioMessage: audioMessage ?? null };
}
