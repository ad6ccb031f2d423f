import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '@dripfleet/store';
import { assertNever } from '@dripfleet/domain';
import { sendProblem } from '../errors.ts';
import { authenticate } from './authenticate.ts';
import { type Access, judgeRequest, type Principal, type Verdict } from './judge-request.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** Who may use the route; a route without it is refused to everybody. */
    access?: Access;
  }
}

/** Puts the one check before every route of the server, those of plugins and those that do not exist among them. */
export function guardRoutes(server: FastifyInstance, db: Database): void {
  server.decorateRequest('principal', undefined);
  server.addHook('onRequest', async (request, reply) => {
    const { access } = request.routeOptions.config;
    // A health check must not depend on Postgres.
    if (access !== 'public') {
      request.principal = await authenticate(db, {
        authorization: request.headers.authorization,
        cookie: request.headers.cookie,
      });
    }
    const verdict = judgeRequest({
      access,
      method: request.method,
      principal: request.principal,
      origin: request.headers.origin,
      secFetchSite: header(request, 'sec-fetch-site'),
      host: request.headers.host,
    });
    if (verdict === 'allowed') return;
    refuse(request, reply, verdict);
    // Until it is answered: the route's own handler must not run.
    await reply;
  });
}

/** Answered here and not thrown: a plugin's own error handler would make something else of it. */
function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  verdict: Exclude<Verdict, 'allowed'>,
): void {
  const { access } = request.routeOptions.config;
  switch (verdict) {
    case 'unauthenticated':
      // A person with a browser is shown where to log in.
      if (wantsPage(request)) void reply.redirect('/login');
      else sendProblem(reply, 'unauthenticated');
      break;
    case 'foreign_origin':
      sendProblem(reply, 'foreign_origin');
      break;
    case 'forbidden':
      // Whoever is known may know that there is nothing.
      if (request.is404) sendProblem(reply, 'not_found');
      else sendProblem(reply, 'forbidden', access && `This needs the role ${access}.`);
      break;
    default:
      assertNever(verdict);
  }
}

function wantsPage({ method, headers, url }: FastifyRequest): boolean {
  return (
    method === 'GET' && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html')
  );
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
