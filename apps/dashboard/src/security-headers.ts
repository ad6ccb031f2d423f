import type { FastifyInstance } from 'fastify';

/** Nothing but what this server serves may run or be loaded, and nobody may frame it. */
const strict =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Bull Board and Swagger set styles from their scripts. A style runs nothing; scripts stay ours alone. */
const withStyles = strict.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
/** Bull Board's page names its own folder as the base of its addresses. */
const withBase = withStyles.replace("base-uri 'none'", "base-uri 'self'");

export function secureHeaders(server: FastifyInstance): void {
  // Before anything else: a stream that takes the answer over has them too.
  server.addHook('onRequest', async (request, reply) => {
    reply
      .header('content-security-policy', policyFor(request.url))
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'same-origin')
      .header('cross-origin-opener-policy', 'same-origin')
      .header('cross-origin-resource-policy', 'same-origin')
      .header('permissions-policy', 'camera=(), microphone=(), geolocation=()')
      .header('cache-control', 'no-store');
  });
}

function policyFor(url: string): string {
  const [, page] = /^\/(queues|docs)(?:[/?]|$)/.exec(url) ?? [];
  if (page === 'queues') return withBase;
  return page === 'docs' ? withStyles : strict;
}
