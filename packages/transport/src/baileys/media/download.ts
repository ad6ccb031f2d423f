import { lookup as resolveName } from 'node:dns';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { MediaFailure, MediaReach, MediaRefusal } from './media-outcome.ts';

export type Download =
  | Readonly<{ kind: 'downloaded'; bytes: Buffer; declaredType: string | undefined }>
  | MediaFailure;

const redirects = 2;
/** For everything, redirects and body, ms. A step's file should not take longer than a person would wait. */
const timeout = 10_000;

/** Downloads at most `maxBytes`. Each address that a name stands for is checked where the connection is made. */
export async function download(
  address: string,
  maxBytes: number,
  reach: MediaReach,
): Promise<Download> {
  const signal = AbortSignal.timeout(timeout);
  let url = address;
  for (let hop = 0; hop <= redirects; hop += 1) {
    const answer = await get(url, reach, signal);
    if ('kind' in answer) return answer;
    const { statusCode = 0, headers } = answer;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      answer.destroy();
      const next = parse(headers.location, url);
      if (!next) return refused('media_bad_url');
      url = next.href;
    } else {
      return await take(answer, maxBytes);
    }
  }
  return refused('media_redirected');
}

async function get(
  address: string,
  reach: MediaReach,
  signal: AbortSignal,
): Promise<IncomingMessage | MediaFailure> {
  const url = parse(address);
  if (!url || url.username || url.password) return refused('media_bad_url');
  if (url.protocol !== 'https:' && !(reach.http && url.protocol === 'http:')) {
    return refused('media_bad_url');
  }
  // No lookup is asked for an address in digits.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) && !reach.mayConnect(host)) return refused('media_private_address');
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return await new Promise((resolve) => {
    const options = { signal, agent: false, lookup: guarded(reach), ca: reach.ca } as const;
    request(url, options, resolve)
      .on('error', (error) => resolve(failure(error)))
      .end();
  });
}

class PrivateAddressError extends Error {
  readonly code = 'private_address';
}

/** Gives the socket no address that it may not connect to; so what was checked is what is connected to. */
function guarded({ mayConnect }: MediaReach): LookupFunction {
  return (hostname, options, done) => {
    resolveName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      if (!addresses.every(({ address }) => mayConnect(address))) {
        return done(new PrivateAddressError('a private address'), []);
      }
      const [first] = addresses;
      return options.all ? done(null, addresses) : done(null, first?.address ?? '', first?.family);
    });
  };
}

async function take(answer: IncomingMessage, maxBytes: number): Promise<Download> {
  const { statusCode = 0, headers } = answer;
  const declared = Number(headers['content-length'] ?? 0);
  const early =
    statusFailure(statusCode) ?? (declared > maxBytes ? refused('media_too_large') : undefined);
  if (early) {
    answer.destroy();
    return early;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return refused('media_too_large');
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'unavailable' };
  }
  return {
    kind: 'downloaded',
    bytes: Buffer.concat(chunks),
    declaredType: headers['content-type'],
  };
}

function statusFailure(status: number): MediaFailure | undefined {
  if (status === 200) return undefined;
  if (status === 404 || status === 410) return refused('media_not_found');
  const temporary = [408, 425, 429].includes(status);
  return status >= 400 && status < 500 && !temporary
    ? refused('media_forbidden')
    : { kind: 'unavailable' };
}

function failure(error: unknown): MediaFailure {
  return error instanceof PrivateAddressError
    ? refused('media_private_address')
    : { kind: 'unavailable' };
}

function refused(code: MediaRefusal): MediaFailure {
  return { kind: 'refused', code };
}

function parse(address: string, base?: string): URL | undefined {
  return URL.canParse(address, base) ? new URL(address, base) : undefined;
}
