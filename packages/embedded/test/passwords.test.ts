import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type EmbeddedServers, startEmbedded } from '../src/index.ts';
import { askPostgres, askRedis } from './ask-servers.ts';
import { openTestCache, type TestCache } from './open-test-cache.ts';

/** Guards the contacts that `npm start` keeps against the other users of the machine. */
describe('passwords of the embedded servers', () => {
  let cache: TestCache;
  let servers: EmbeddedServers;
  let passwords: readonly string[];
  const progress: string[] = [];
  beforeAll(async () => {
    cache = await openTestCache();
    servers = await startEmbedded({ env: cache.env, onProgress: (line) => progress.push(line) });
    passwords = [servers.databaseUrl, servers.redisUrl].map((url) => new URL(url).password);
  });
  afterAll(async () => {
    await servers.stop();
    await cache.remove();
  });

  test('are long, random and need no escaping in a URL', async () => {
    for (const password of passwords) expect(password).toMatch(/^[\da-f]{48}$/);
    const others = await startEmbedded({ env: cache.env });
    const theirs = [others.databaseUrl, others.redisUrl].map((url) => new URL(url).password);
    await others.stop();
    expect(new Set([...passwords, ...theirs]).size).toBe(4);
  });

  test('are asked of everybody who connects', async () => {
    expect(await askPostgres(servers.databaseUrl, 'select 1')).toEqual(['1']);
    expect(await askRedis(servers.redisUrl, 'ping')).toBe('+PONG');
    for (const password of ['', 'wrong', passwords[1] ?? '']) {
      const url = withPassword(servers.databaseUrl, password);
      await expect(askPostgres(url, 'select 1')).rejects.toThrow('28P01');
    }
    expect(await askRedis(withPassword(servers.redisUrl, ''), 'ping')).toMatch(/^-NOAUTH/);
    for (const password of ['wrong', passwords[0] ?? '']) {
      const url = withPassword(servers.redisUrl, password);
      expect(await askRedis(url, 'ping')).toMatch(/^-WRONGPASS/);
    }
  });

  test('are asked by every rule of PostgreSQL, and stored as SCRAM', async () => {
    const rules = 'select distinct auth_method from pg_hba_file_rules';
    expect(await askPostgres(servers.databaseUrl, rules)).toEqual(['scram-sha-256']);
    const stored = 'select substr(rolpassword, 1, 13) from pg_authid where rolcanlogin';
    expect(await askPostgres(servers.databaseUrl, stored)).toEqual(['SCRAM-SHA-256']);
  });

  test.runIf(process.platform === 'linux')('are not among the arguments of a process', async () => {
    const running = (await cache.servers()).map(({ pid }) => pid);
    expect(running).toHaveLength(2);
    for (const pid of [...running, await cache.keeperPid()]) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
      expect(line).not.toBe('');
      for (const password of passwords) expect(line).not.toContain(password);
    }
  });

  test('are neither said nor left in a file of the run folder', async () => {
    const [run = ''] = await cache.runFolders();
    const folder = path.join(cache.folder, 'runs', run);
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    expect(files.toSorted()).toEqual(['postgres.server', 'redis.server']);
    const texts = files.map(async (name) => await readFile(path.join(folder, name), 'utf8'));
    const said = [...progress, ...Object.values(servers.how), ...(await Promise.all(texts))];
    for (const password of passwords) expect(said.join('\n')).not.toContain(password);
  });
});

function withPassword(serverUrl: string, password: string): string {
  const url = new URL(serverUrl);
  url.password = password;
  return url.href;
}
