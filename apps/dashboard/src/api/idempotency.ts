import { createHash } from 'node:crypto';
import { beginRequest, type Database, finishRequest, forgetRequest } from '@dripfleet/store';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import { actorOf, type ApiServer } from './api-context.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request that carries an Idempotency-Key and is worked on now. */
    idempotencyHash: Buffer | undefined;
  }
  interface FastifyContextConfig {
    /** Its answer lets whoever reads it in: it is not kept to be told again. */
    answersSecret?: true;
  }
}

const headerName = 'idempotency-key';

/**
 * A change that is asked twice under one Idempotency-Key is done once, and both are told the same, for a day. Two are left
 * out: an import, which is safe to repeat by itself, and whatever answers with a secret, which is kept nowhere.
 */
export function rememberAnswers(server: ApiServer, db: Database): void {
  server.decorateRequest('idempotencyHash', undefined);
  server.addHook('preHandler', async (request, reply) => {
    const key = request.headers[headerName];
    if (typeof key !== 'string' || request.method === 'GET' || isNotKept(request)) return;
    if (!/^[\x21-\x7e]{1,200}$/.test(key))
      throw new ProblemError('invalid_request', 'Idempotency-Key: 1 to 200 visible characters.');
    const hash = sha256(`${actorOf(request)}\n${key}`);
    const requestHash = sha256(
      `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`,
    );
    const turn = await beginRequest(db, { hash, requestHash });
    if (turn.kind === 'in_work') throw new ProblemError('key_in_use');
    if (turn.kind === 'other_request') throw new ProblemError('key_reused');
    if (turn.kind === 'begun') request.idempotencyHash = hash;
    else {
      reply
        .code(turn.status)
        .header('idempotency-replayed', 'true')
        .type(turn.status < 400 ? 'application/json' : 'application/problem+json')
        .serializer((text: string) => text);
      void reply.send(turn.body);
      await reply;
    }
  });
  server.addHook<{ Reply: string }>('onSend', async (request, reply, payload) => {
    const hash = request.idempotencyHash;
    if (hash === undefined) return payload;
    request.idempotencyHash = undefined;
    // What broke here may go well the next time.
    if (reply.statusCode >= 500) await forgetRequest(db, hash);
    else {
      const body = typeof payload === 'string' ? payload : '';
      await finishRequest(db, hash, { status: reply.statusCode, body });
    }
    return payload;
  });
}

const isNotKept = ({ headers, routeOptions }: FastifyRequest) =>
  routeOptions.config.answersSecret === true ||
  (headers['content-type'] ?? '').startsWith('text/csv');

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
