import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { loginStyle } from './access/login-page.ts';

/** Where the build puts the page; also seen from `src`, where tests run. */
const folder = fileURLToPath(new URL('../dist/web', import.meta.url));

const yearOf = 'public, max-age=31536000, immutable';

/** The fleet page at `/`. Its files carry a hash of what is in them, so a browser keeps them for good. */
export function fleetPage(server: FastifyInstance): void {
  server.get(
    '/login.css',
    { config: { access: 'public' }, schema: { hide: true } },
    async (_, reply) => await reply.type('text/css').send(loginStyle),
  );
  if (!existsSync(folder)) {
    server.get(
      '/',
      { config: { access: 'viewer' }, schema: { hide: true } },
      async (_, reply) =>
        await reply.type('text/plain').send('The page was not built: pnpm build\n'),
    );
    return;
  }
  void server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'viewer' };
      route.schema = { ...route.schema, hide: true };
    });
    await scope.register(fastifyStatic, {
      root: folder,
      index: 'index.html',
      cacheControl: false,
      setHeaders: (response, path) => {
        void response.header('cache-control', path.includes('/assets/') ? yearOf : 'no-store');
      },
    });
  });
}
