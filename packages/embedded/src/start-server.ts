import { once } from 'node:events';
import { createServer } from 'node:net';

import { EmbeddedError } from './embedded-error.ts';
import type { KeeperContext } from './keeper-context.ts';
import { findProcessMark } from './process-mark.ts';
import { noteServer } from './run-folder.ts';
import { type ServerCommand, ServerProcess, type StartOutcome } from './server-process.ts';

export type StartedServer = Readonly<{ url: string; how: string; server: ServerProcess }>;

const attempts = 5;
/** Replaying the log of a crashed durable server takes its time. */
const readyTimeoutMs = 120_000;

/**
 * Starts a server on a free loopback port and resolves once it takes connections.
 *
 * Another process can take the port between our choosing and the server's binding; then another one is tried.
 *
 * @throws {EmbeddedError} `start_failed`, with the end of the server's log
 */
export async function startServer(
  context: KeeperContext,
  commandFor: (port: number) => ServerCommand,
): Promise<Readonly<{ server: ServerProcess; port: number }>> {
  for (let attempt = 1; ; attempt += 1) {
    context.signal.throwIfAborted();
    const port = await findFreePort();
    const server = new ServerProcess(commandFor(port));
    context.adopt(server);
    await note(context, server);
    const outcome = await waitUntilReady(context, server);
    if (outcome.kind === 'ready') return { server, port };
    await server.stop();
    context.signal.throwIfAborted();
    if (outcome.kind === 'ended' && attempt < attempts && (await isTaken(port))) continue;
    const what = outcome.kind === 'ended' ? outcome.how : `was not ready in ${readyTimeoutMs} ms`;
    throw new EmbeddedError(
      'start_failed',
      `${server.command.name} (${server.command.file}) ${what}.\n${server.logTail}`,
    );
  }
}

async function waitUntilReady(
  { signal }: KeeperContext,
  server: ServerProcess,
): Promise<StartOutcome> {
  const giveUp = () => void server.stop();
  signal.addEventListener('abort', giveUp, { once: true });
  // It may have come since the server was spawned.
  if (signal.aborted) giveUp();
  try {
    return await server.waitUntilReady(readyTimeoutMs);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

async function note(context: KeeperContext, server: ServerProcess): Promise<void> {
  const { pid, command } = server;
  const mark = pid === undefined ? undefined : findProcessMark(pid);
  const stopSignal = command.stopSteps[0]?.signal;
  if (pid === undefined || mark === undefined || stopSignal === undefined) return;
  await noteServer(context.runFolder, command.name, { pid, mark, stopSignal });
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP address');
  return address.port;
}

async function isTaken(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return true;
  }
  probe.close();
  await once(probe, 'close');
  return false;
}
