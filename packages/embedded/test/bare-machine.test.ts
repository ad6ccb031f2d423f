import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { startEmbedded } from '../src/index.ts';
import { runCommand } from '../src/run-command.ts';
import { findServerUser, type ServerUser } from '../src/server-user.ts';
import { askPostgres, askRedis } from './ask-servers.ts';
import { forkParent, waitForMessage } from './fork-parent.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

/** Where there is no apt-get, Redis has to be installed, and only Postgres can be unpacked. */
const redis = existsSync('/usr/bin/apt-get');

describe('a machine without servers', () => {
  let cache: TestCache;
  let env: NodeJS.ProcessEnv;
  beforeEach(async () => {
    cache = await openTestCache({ cold: true });
    env = { ...cache.env, DRIPFLEET_NO_SYSTEM_SERVERS: '1' };
  });
  afterEach(async () => await cache.remove());

  test('unpacks them into the cache, once, also when several starts come at once', async () => {
    const both = await Promise.all([startEmbedded({ env, redis }), startEmbedded({ env, redis })]);
    for (const { databaseUrl, redisUrl, how } of both) {
      expect(await askPostgres(databaseUrl, 'select 1')).toEqual(['1']);
      expect(how.postgres).toContain(cache.folder);
      if (!redis) continue;
      expect(await askRedis(redisUrl, 'ping')).toBe('+PONG');
      expect(how.redis).toContain(cache.folder);
    }
    await Promise.all(both.map(async ({ stop }) => await stop()));
    expect(await cache.runFolders()).toEqual([]);

    const lines: string[] = [];
    const onProgress = (line: string) => lines.push(line);
    const warm = await startEmbedded({ env, redis, onProgress });
    expect(lines).toEqual([expect.stringMatching(/^creating a PostgreSQL \d+ database$/)]);
    await warm.stop();
  });

  test.runIf(redis)('fetches package lists of its own where the system has none', async () => {
    const state = path.join(cache.folder, 'empty-state');
    await mkdir(path.join(state, 'lists', 'partial'), { recursive: true });
    const configuration = path.join(cache.folder, 'apt.conf');
    await writeFile(configuration, `Dir::State "${state}";\n`);
    const servers = await startEmbedded({
      env: { ...env, APT_CONFIG: configuration },
      postgres: false,
    });
    expect(await askRedis(servers.redisUrl, 'ping')).toBe('+PONG');
    await servers.stop();
  });

  test.runIf(process.getuid?.() === 0)('is enough for a user without rights', async (context) => {
    const user = (await findServerUser(env)) as ServerUser;
    const script = fileURLToPath(new URL('./parent.ts', import.meta.url));
    const readable = await runCommand('test', ['-r', script], { env, user }).catch(() => 'no');
    context.skip(readable === 'no', 'the other user may not read this checkout');

    const home = path.join(cache.folder, 'home');
    await mkdir(home);
    await chown(home, user.uid, user.gid);
    const { DRIPFLEET_CACHE: _, ...others } = env;
    const parent = forkParent({ ...others, HOME: home }, user);
    const { ready } = await waitForMessage(parent, 'ready');
    expect(ready?.cacheFolder).toBe(path.join(home, '.cache', 'dripfleet'));
    expect(await askPostgres(ready?.databaseUrl ?? '', 'select 1')).toEqual(['1']);
    expect(await askRedis(ready?.redisUrl ?? '', 'ping')).toBe('+PONG');
    parent.kill('SIGINT');
    expect(await once(parent, 'exit')).toEqual([0, null]);
  });
});
