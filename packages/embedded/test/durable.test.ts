import { mkdir, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startEmbedded } from '../src/index.ts';
import { askPostgres, askRedis } from './ask-servers.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

describe('kept data', () => {
  let cache: TestCache;
  beforeAll(async () => {
    cache = await openTestCache();
  });
  afterAll(async () => await cache.remove());

  const start = async (name: string) =>
    await startEmbedded({
      durable: true,
      dataFolder: path.join(cache.folder, name),
      env: cache.env,
    });

  test('is found again by the next start', async () => {
    const first = await start('kept');
    expect(await askPostgres(first.databaseUrl, 'show fsync')).toEqual(['on']);
    await askPostgres(first.databaseUrl, 'create table note as select 42 as answer');
    expect(await askRedis(first.redisUrl, 'set answer 42')).toBe('+OK');
    await first.stop();

    const second = await start('kept');
    expect(await askPostgres(second.databaseUrl, 'select answer from note')).toEqual(['42']);
    expect(await askRedis(second.redisUrl, 'get answer')).toBe('$2\r\n42');
    await second.stop();
    expect(await cache.runFolders()).toEqual([]);
  });

  test.runIf(process.getuid?.() === 0)(
    'of root is kept aside when the user of the servers may not enter the folder',
    async () => {
      const wanted = path.join(cache.folder, 'private', 'data-folder');
      await mkdir(path.dirname(wanted), { mode: 0o700 });
      const servers = await start('private/data-folder');
      await askPostgres(servers.databaseUrl, 'create table note as select 42 as answer');
      await servers.stop();

      const again = await start('private/data-folder');
      const aside = await realpath(path.join(wanted, 'data'));
      expect(await askPostgres(again.databaseUrl, 'show data_directory')).toEqual([
        path.join(aside, 'postgres'),
      ]);
      expect(await askPostgres(again.databaseUrl, 'select answer from note')).toEqual(['42']);
      await again.stop();
      await rm(aside, { recursive: true });
      // Stays when somebody's real data is beside ours.
      await rmdir(path.dirname(aside)).catch(() => {});
    },
  );

  test('is served by one start at a time', async () => {
    const first = await start('busy');
    await expect(start('busy')).rejects.toMatchObject({ code: 'data_in_use' });
    expect(await askRedis(first.redisUrl, 'ping')).toBe('+PONG');
    await first.stop();
  });

  test('of another PostgreSQL version is refused with the version it needs', async () => {
    const folder = path.join(cache.folder, 'old', 'postgres');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'PG_VERSION'), '11\n');
    await expect(start('old')).rejects.toMatchObject({
      code: 'version_mismatch',
      message: expect.stringContaining('PostgreSQL 11') as string,
    });
  });
});
