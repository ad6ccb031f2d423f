import type { FastifyInstance } from 'fastify';

/** Bull Board's page asks Google for its fonts. Our policy refuses that anyway; without the link no browser even tries. */
const outsideLink = /<link\b[^>]*\bhref="https?:[^>]*>/g;

export function keepFromOutside(server: FastifyInstance): void {
  server.addHook('onSend', async (_, reply, payload) => {
    const isPage = String(reply.getHeader('content-type')).startsWith('text/html');
    return isPage && typeof payload === 'string' ? payload.replaceAll(outsideLink, '') : payload;
  });
}
