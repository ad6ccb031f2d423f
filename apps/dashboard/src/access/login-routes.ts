import { closeLogin, openLogin } from '@dripfleet/operations';
import type { Database } from '@dripfleet/store';
import type { FastifyInstance } from 'fastify';
import { expiredLoginCookie, loginCookie, readLoginCookie } from './cookies.ts';
import { loginPage } from './login-page.ts';

/** A browser logs in with a key, and gets a cookie that ends by itself, with the key, or by logging out. */
export function loginRoutes(server: FastifyInstance, db: Database): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;
  server.get('/login', open, async (_, reply) => await reply.type('text/html').send(loginPage()));
  server.post<{ Body: URLSearchParams | undefined }>('/login', open, async (request, reply) => {
    const key = request.body?.get('key')?.trim() ?? '';
    const login = await openLogin(db, key);
    if (!login) {
      request.log.warn({ address: request.ip }, 'login.refused');
      return await reply.code(401).type('text/html').send(loginPage('refused'));
    }
    const { host } = request.headers;
    const maxAge = login.expiresAt - Date.now();
    reply.header('set-cookie', loginCookie(login.session, { host, maxAge }));
    return await reply.redirect('/', 303);
  });
  server.post(
    '/logout',
    { config: { access: 'viewer' }, schema: { hide: true } },
    async (request, reply) => {
      const session = readLoginCookie(request.headers.cookie);
      if (session !== undefined) await closeLogin(db, session);
      reply.header('set-cookie', expiredLoginCookie(request.headers.host));
      return await reply.redirect('/login', 303);
    },
  );
}
