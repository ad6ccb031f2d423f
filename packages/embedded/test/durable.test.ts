import { chmod, mkdir, readFile, realpath, rm, rmdir, stat, writeFile } from 'node:fs/promises';
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

  test('keeps its password, which only the owner of the process that starts it can read', async () => {
    const passwordFile = path.join(cache.folder, 'secret', 'postgres.password');
    const first = await start('secret');
    const password = await readFile(passwordFile, 'utf8');
    expect(new URL(first.databaseUrl).password).toBe(password.trim());
    expect(await stat(passwordFile)).toMatchObject({ uid: process.getuid?.() });
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    await first.stop();

    await chmod(passwordFile, 0o644);
    const second = await start('secret');
    expect(await readFile(passwordFile, 'utf8')).toBe(password);
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect(new URL(second.databaseUrl).password).toBe(password.trim());
    expect(await askPostgres(second.databaseUrl, 'select 1')).toEqual(['1']);
    // Redis is told its password at each start, so it need not be written down.
    expect(new URL(second.redisUrl).password).not.toBe(new URL(first.redisUrl).password);
    expect(await askRedis(second.redisUrl, 'ping')).toBe('+PONG');
    await second.stop();

    await rm(passwordFile);
    await expect(start('secret')).rejects.toMatchObject({
      code: 'password_missing',
      message: expect.stringContaining(`put ${passwordFile} back`) as string,
    });
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
