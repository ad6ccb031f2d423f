import type { IncomingMessage } from 'node:http';

const LONGEST_BODY_BYTES = 1024 * 1024;

export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly error: string };

/** Reads a request's body as JSON, whatever its content type says. */
export async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LONGEST_BODY_BYTES) return { kind: 'unreadable', error: 'send 1 MiB at most' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString()) };
  } catch {
    return { kind: 'unreadable', error: 'send JSON' };
  }
}
