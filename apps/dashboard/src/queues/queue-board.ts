import { createBullBoard } from '@bull-board/api';
import { FastifyAdapter } from '@bull-board/fastify';
import type { openRedis } from '@dripfleet/fleet';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from '../errors.ts';
import type { FleetWatch } from '../fleet/fleet-watch.ts';
import { cacheAnswers } from './answer-cache.ts';
import { BoardQueues } from './board-queues.ts';
import { keepFromOutside } from './keep-from-outside.ts';
import { pickPage } from './pick-page.ts';
import { parseQueueScope, queueScopeCookie } from './queue-scope.ts';

const prefix = '/queues';

export type QueueBoardDeps = Readonly<{
  redis: ReturnType<typeof openRedis>;
  watch: FleetWatch;
  now(): number;
}>;

/**
 * Bull Board at `/queues`, one adapter for each device and one connection for all. What a browser sees of them is its view;
 * the board follows the fleet's devices as they come and go.
 */
export function queueBoard(server: FastifyInstance, { redis, watch, now }: QueueBoardDeps): void {
  const boardServer = new FastifyAdapter();
  boardServer.setBasePath(prefix);
  const board = createBullBoard({
    queues: [],
    serverAdapter: boardServer,
    options: { uiConfig },
  });
  boardServer.setErrorHandler((error) => {
    server.log.warn({ err: error }, 'queues.unread');
    return { status: 500, body: { error: 'The queues could not be read.' } };
  });
  const queues = new BoardQueues({ redis, watch, board });
  void server.register(async (scope) => {
    scope.addHook('preHandler', async ({ url }, reply) => {
      if (!url.startsWith(`${prefix}/api/`)) return;
      // A queue waits for its connection, however long.
      if (redis.status === 'ready') {
        await queues.refresh();
        return;
      }
      sendProblem(reply, 'unavailable');
      await reply;
    });
    cacheAnswers(scope, now);
    keepFromOutside(scope);
    viewRoutes(scope);
    // Its routes are its own and say nothing of who may use them: looking only, for whoever may look.
    scope.addHook('onRoute', (route) => {
      if (route.config?.access === undefined && isLooking(route.method))
        route.config = { ...route.config, access: 'viewer' };
    });
    await scope.register(boardServer.registerPlugin(), { prefix });
  });
}

const uiConfig = {
  boardTitle: 'Device queues',
  showWorkers: false,
  hideRedisDetails: true,
  hideDocsLink: true,
  sortQueues: true,
  // Seconds, whatever its documentation says.
  pollingInterval: { showSetting: false, forceInterval: 10 },
  miscLinks: [
    { text: 'Busy queues', url: `${prefix}/view?scope=hot` },
    { text: 'Find a queue…', url: `${prefix}/view` },
    { text: 'Fleet', url: '/' },
  ],
};

const looking = { config: { access: 'viewer' }, schema: { hide: true } } as const;

/** Where a browser chooses what it sees. */
function viewRoutes(scope: FastifyInstance): void {
  scope.get<{ Querystring: { scope?: string } }>(
    `${prefix}/view`,
    looking,
    async ({ query }, reply) => {
      if (query.scope === undefined) return await reply.type('text/html').send(pickPage());
      const view = parseQueueScope(query.scope);
      const page = view.kind === 'device' ? `queue/${encodeURIComponent(view.name)}` : '';
      reply.header('set-cookie', queueScopeCookie(view));
      return await reply.redirect(`${prefix}/${page}`);
    },
  );
  scope.get<{ Querystring: { text?: string } }>(
    `${prefix}/search`,
    looking,
    async ({ query: { text = '' } }, reply) => {
      reply.header('set-cookie', queueScopeCookie(parseQueueScope(`search:${text}`)));
      return await reply.redirect(`${prefix}/`);
    },
  );
}

const isLooking = (method: string | readonly string[]): boolean =>
  [method].flat().every((one) => one === 'GET' || one === 'HEAD');
