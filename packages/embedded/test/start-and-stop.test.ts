import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { EmbeddedError, startEmbedded } from '../src/index.ts';
import { findProcessMark } from '../src/process-mark.ts';
import { askPostgres, askRedis } from './ask-servers.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

describe('embedded servers', () => {
  let cache: TestCache;
  beforeAll(async () => {
    cache = await openTestCache();
  });
  afterAll(async () => await cache.remove());

  test('take connections, and leave no process and no run folder after stop', async () => {
    const { databaseUrl, redisUrl, how, cacheFolder, stop } = await startEmbedded({
      env: cache.env,
      redisDatabases: 40,
    });
    expect(await askPostgres(databaseUrl, 'select current_database()')).toEqual(['dripfleet']);
    expect(await askPostgres(databaseUrl, 'show fsync')).toEqual(['off']);
    expect(await askPostgres(databaseUrl, 'show server_encoding')).toEqual(['UTF8']);
    expect(await askRedis(redisUrl, 'select 39')).toBe('+OK');
    expect(await askRedis(redisUrl, 'config get maxmemory-policy')).toContain('noeviction');
    expect(how.postgres).toMatch(/^PostgreSQL \d+ from \//);
    expect(cacheFolder).toBe(cache.folder);

    const servers = await cache.servers();
    expect(servers.map(({ name }) => name).toSorted()).toEqual(['postgres', 'redis']);
    await stop();
    await stop();
    for (const { pid } of servers) expect(findProcessMark(pid)).toBeUndefined();
    expect(await cache.runFolders()).toEqual([]);
  });

  test('start only what was asked for', async () => {
    const servers = await startEmbedded({ env: cache.env, postgres: false });
    expect(servers.databaseUrl).toBe('');
    expect(await askRedis(servers.redisUrl, 'ping')).toBe('+PONG');
    await servers.stop();
  });

  test('with a replica, what is written to the one can be read from the other, and only read', async () => {
    const { databaseUrl, replicaUrl, stop } = await startEmbedded({
      env: cache.env,
      redis: false,
      replica: true,
    });
    expect(new URL(replicaUrl).port).not.toBe(new URL(databaseUrl).port);
    await askPostgres(databaseUrl, 'create table note as select 42 as answer');
    await vi.waitFor(
      async () => expect(await askPostgres(replicaUrl, 'select answer from note')).toEqual(['42']),
      10_000,
    );
    await expect(askPostgres(replicaUrl, 'drop table note')).rejects.toThrow('read-only');
    const servers = await cache.servers();
    expect(servers.map(({ name }) => name).toSorted()).toEqual(['postgres', 'replica']);
    await stop();
    for (const { pid } of servers) expect(findProcessMark(pid)).toBeUndefined();
    expect(await cache.runFolders()).toEqual([]);
  });

  test('a replica of what is kept, or of nothing, is refused', async () => {
    const kept = { durable: true, dataFolder: 'data', replica: true };
    for (const options of [kept, { postgres: false, replica: true }]) {
      await expect(startEmbedded({ env: cache.env, ...options })).rejects.toThrow(TypeError);
    }
  });

  test('work where the folder for temporary files cannot be written', async () => {
    const servers = await startEmbedded({ env: { ...cache.env, TMPDIR: '/dev/null/none' } });
    expect(await askPostgres(servers.databaseUrl, 'select 1')).toEqual(['1']);
    await servers.stop();
  });

  test('that cannot start say what to install, and leave nothing', async () => {
    const env = { ...cache.env, DRIPFLEET_REDIS_SERVER: '/nonexistent/redis-server' };
    const failure = await startEmbedded({ env }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedError);
    expect(failure).toMatchObject({
      code: 'redis_not_found',
      message: expect.stringMatching(/apt-get install redis-server.*REDIS_URL.*ENOENT/) as string,
    });
    expect(await cache.runFolders()).toEqual([]);
  });

  test('a cache folder that cannot be made is named with the way out', async () => {
    const env = { ...cache.env, DRIPFLEET_CACHE: '/dev/null/dripfleet' };
    await expect(startEmbedded({ env })).rejects.toMatchObject({
      code: 'cache_folder_unusable',
      message: expect.stringContaining('DRIPFLEET_CACHE') as string,
    });
  });
});
