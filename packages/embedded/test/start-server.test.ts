import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KeeperContext } from '../src/keeper-context.ts';
import type { ServerCommand, ServerProcess } from '../src/server-process.ts';
import { startServer } from '../src/start-server.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

const shell = (script: string): ServerCommand => ({
  name: 'redis',
  file: '/bin/sh',
  args: ['-c', script],
  env: process.env,
  user: undefined,
  readyText: 'listening now',
  stopSteps: [{ signal: 'SIGKILL', waitMs: 5_000 }],
});

describe('startServer', () => {
  let cache: TestCache;
  const adopted: ServerProcess[] = [];
  beforeAll(async () => {
    cache = await openTestCache({ cold: true });
  });
  afterAll(async () => {
    await Promise.all(adopted.map(async (server) => await server.stop()));
    await cache.remove();
  });

  const contextWith = (signal: AbortSignal): KeeperContext => ({
    env: process.env,
    user: undefined,
    cacheFolder: cache.folder,
    runFolder: cache.folder,
    signal,
    progress: () => {},
    adopt: (server) => adopted.push(server),
  });
  const never = new AbortController().signal;

  test('takes another port when somebody was quicker', async () => {
    const thieves: Server[] = [];
    const ports: number[] = [];
    const started = await startServer(contextWith(never), (port) => {
      ports.push(port);
      if (ports.length > 1) return shell('echo listening now; exec sleep 600');
      thieves.push(createServer().listen(port, '127.0.0.1'));
      return shell('exit 1');
    });
    expect(ports).toHaveLength(2);
    expect(started.port).toBe(ports[1]);
    for (const thief of thieves) thief.close();
  });

  test('does not repeat a start that failed for another reason, and shows the log', async () => {
    let starts = 0;
    const start = startServer(contextWith(never), () => {
      starts += 1;
      return shell('echo no such setting >&2; exit 3');
    });
    await expect(start).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringMatching(/exited with code 3.*no such setting/s) as string,
    });
    expect(starts).toBe(1);
  });

  test('gives up at once when the start is given up', async () => {
    const stopping = new AbortController();
    const start = startServer(contextWith(stopping.signal), () => {
      setImmediate(() => stopping.abort(new Error('given up')));
      return shell('exec sleep 600');
    });
    await expect(start).rejects.toThrow('given up');
  });
});
