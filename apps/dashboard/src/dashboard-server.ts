import type { Logger, Metrics, Readiness } from '@dripfleet/runtime';
import type { openRedis } from '@dripfleet/fleet';
import fastify, { LogController, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { guardRoutes } from './access/access-hook.ts';
import { loginRoutes } from './access/login-routes.ts';
import type { ApiContext, ApiServer } from './api/api-context.ts';
import { contactRoutes } from './api/contact-routes.ts';
import { controlRoutes } from './api/control-routes.ts';
import { deviceRoutes } from './api/device-routes.ts';
import { fleetRoutes } from './api/fleet-routes.ts';
import { rememberAnswers } from './api/idempotency.ts';
import { importRoutes } from './api/import-routes.ts';
import { pairingRoutes } from './api/pairing-routes.ts';
import { sequenceRoutes } from './api/sequence-routes.ts';
import { answerErrors } from './errors.ts';
import { fleetPage } from './fleet-page.ts';
import { describeApi } from './openapi.ts';
import { readOtherBodies } from './other-bodies.ts';
import { queueBoard } from './queues/queue-board.ts';
import { secureHeaders } from './security-headers.ts';

export type DashboardDeps = ApiContext &
  Readonly<{
    redis: ReturnType<typeof openRedis>;
    logger: Logger;
    readiness(): Promise<Readiness>;
    metrics: Metrics;
    /** Called for each route, with who may use it; for documentation and tests. */
    onRoute?(route: RouteOptions): void;
  }>;

/** Everything the dashboard serves. The check of who asks is first; nothing is registered before it. */
export async function openDashboardServer(deps: DashboardDeps): Promise<ApiServer> {
  const { db, redis, watch, logger, metrics } = deps;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the types of its routes are those of their schemas
  const server = fastify({
    // Requests are not logged one by one, for their addresses say who looks at whom.
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1024 * 1024,
    // A stop must not wait for open event streams.
    forceCloseConnections: true,
  }) as unknown as ApiServer;
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  const { onRoute } = deps;
  if (onRoute) server.addHook('onRoute', (route) => onRoute(route));
  server.addHook('onResponse', async (_, { statusCode }) => {
    const status = `${Math.floor(statusCode / 100)}xx`;
    metrics.count('dripfleet_http_requests_total', { status });
  });
  answerErrors(server as never);
  secureHeaders(server as never);
  guardRoutes(server as never, db);
  readOtherBodies(server as never);
  await describeApi(server as never);
  healthRoutes(server, deps);
  loginRoutes(server as never, db);
  await server.register(
    async (api) => {
      const scope = api.withTypeProvider() as unknown as ApiServer;
      rememberAnswers(scope, db);
      fleetRoutes(scope, deps);
      deviceRoutes(scope, deps);
      controlRoutes(scope, deps);
      pairingRoutes(scope, deps);
      sequenceRoutes(scope, deps);
      contactRoutes(scope, deps);
      importRoutes(scope, deps);
    },
    { prefix: '/api/v1' },
  );
  queueBoard(server as never, { redis, watch, now: () => Date.now() });
  fleetPage(server as never);
  return server;
}

function healthRoutes(server: ApiServer, { readiness, metrics }: DashboardDeps): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;
  server.get('/healthz', open, async (_, reply) => await reply.type('text/plain').send('ok\n'));
  server.get('/readyz', open, async (_, reply) => {
    const ready = await readiness();
    return await reply
      .code(ready.ok ? 200 : 503)
      .type('text/plain')
      .send(ready.ok ? 'ready\n' : `not ready: ${ready.reason}\n`);
  });
  server.get(
    '/metrics',
    { config: { access: 'viewer' }, schema: { hide: true } },
    async (_, reply) => await reply.type('text/plain; version=0.0.4').send(await metrics.text()),
  );
}
