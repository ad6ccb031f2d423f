import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readQueueScope, scopeText } from './queue-scope.ts';

/** Ten open tabs cost as one: a look at the same view within this time is the same answer. */
const freshFor = 2_000;
const answersMax = 100;

type Answer = Readonly<{ at: number; body: Buffer }>;

/** Keeps what Bull Board answers to its polls, compressed, for two seconds. */
export function cacheAnswers(server: FastifyInstance, now: () => number): void {
  const answers = new Map<string, Answer>();
  server.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    const found = key === undefined ? undefined : answers.get(key);
    if (!found || now() - found.at > freshFor) return;
    void reply
      .headers({ 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' })
      .send(found.body);
    await reply;
  });
  server.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    const accepts = (request.headers['accept-encoding'] ?? '').includes('gzip');
    if (key === undefined || !accepts || reply.statusCode !== 200 || typeof payload !== 'string')
      return payload;
    const body = gzipSync(payload, { level: 1 });
    answers.delete(key);
    answers.set(key, { at: now(), body });
    for (const oldest of [...answers.keys()].slice(0, -answersMax)) answers.delete(oldest);
    reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return body;
  });
}

/** Undefined: an answer that is not kept. Everybody who may look sees the same; what differs is the view. */
function keyOf({ method, url, headers }: FastifyRequest): string | undefined {
  if (method !== 'GET' || !url.startsWith('/queues/api/queues')) return undefined;
  if (!(headers['accept-encoding'] ?? '').includes('gzip')) return undefined;
  return `${scopeText(readQueueScope(headers.cookie))} ${pageQueue(headers.referer)} ${url}`;
}

/** The queue whose page a browser is on: a link to it works whatever the view. */
export function pageQueue(referer: string | undefined): string {
  return /\/queues\/queue\/([\w.-]+)/.exec(referer ?? '')?.[1] ?? '';
}
