import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Whether the process can do its work now, and if not, why: one short sentence without secrets. */
export type Readiness = Readonly<{ ok: true } | { ok: false; reason: string }>;

export type HealthServer = Readonly<{ port: number; close(): Promise<void> }>;

/**
 * Serves `/healthz` (the event loop turns: nothing else, so that an outage of Postgres or Redis never makes an
 * orchestrator kill the fleet), `/readyz` and `/metrics`. Port 0 picks a free one.
 */
export async function openHealthServer(options: {
  port: number;
  host?: string;
  ready(): Readiness;
  metrics(): Promise<string>;
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/healthz') answer(response, 200, 'ok\n');
    else if (path === '/readyz') answerReadiness(response, options.ready());
    else if (path === '/metrics') {
      options.metrics().then(
        (text) => answer(response, 200, text),
        () => answer(response, 500, 'metrics failed\n'),
      );
    } else answer(response, 404, 'not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '0.0.0.0', resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerReadiness(response: ServerResponse, readiness: Readiness): void {
  if (readiness.ok) answer(response, 200, 'ready\n');
  else answer(response, 503, `not ready: ${readiness.reason}\n`);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
