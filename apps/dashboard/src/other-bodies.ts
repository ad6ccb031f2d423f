import type { FastifyInstance } from 'fastify';

/** Bodies that are no JSON: the form of the login page, and a sequence file. */
export function readOtherBodies(server: FastifyInstance): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 4_096 },
    (_, body, done) => done(null, new URLSearchParams(String(body))),
  );
  server.addContentTypeParser(
    ['text/yaml', 'application/yaml'],
    { parseAs: 'string', bodyLimit: 512 * 1024 },
    (_, body, done) => done(null, String(body)),
  );
}
