import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeSelfSigned } from './self-signed-certificate.ts';

/** WhatsApp takes documents up to 2 GB and everything else up to 100 MB; more than that is no campaign. */
const LONGEST_MEDIA_BYTES = 100 * 1024 * 1024;

/** Where clients upload media, encrypted by them. */
export interface MediaHost {
  /** `127.0.0.1:port`. */
  readonly authority: string;
  /** PEM: what an uploading client must trust. */
  readonly certificate: string;
  readonly figures: { readonly uploads: number };
  close(): Promise<void>;
}

/**
 * Opens an HTTPS server of its own on loopback, with a certificate made for it.
 *
 * It checks that an upload is what the client says it is, by its hash, and keeps nothing.
 */
export async function openMediaHost(): Promise<MediaHost> {
  const { certificate, key } = makeSelfSigned();
  const figures = { uploads: 0 };
  const server = createServer({ cert: certificate, key }, (request, response) => {
    takeUpload(request, response).then(
      (taken) => {
        if (taken) figures.uploads += 1;
        return taken;
      },
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    authority: `127.0.0.1:${port}`,
    certificate,
    figures,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** `POST /mms/<kind>/<hash>`: the hash is SHA-256 of the bytes, in base64url. Says whether it was taken. */
async function takeUpload(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'https://media');
  const [, named] = /^\/mms\/[a-z-]+\/([\w-]{43})$/.exec(pathname) ?? [];
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_MEDIA_BYTES) {
      answer(response, 413, { error: 'too large' });
      return false;
    }
    hash.update(chunk);
  }
  if (request.method !== 'POST' || named === undefined || hash.digest('base64url') !== named) {
    answer(response, 400, { error: 'POST to /mms/<kind>/<sha256 of the body in base64url>' });
    return false;
  }
  const path = `/v/${named}`;
  answer(response, 200, { url: `https://${request.headers.host}${path}`, direct_path: path });
  return true;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
