import { Redis } from 'ioredis';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';

import { createTestDatabase, createTestRedis } from '../src/index.ts';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('createTestDatabase', () => {
  test('gives each caller a migrated database that nobody else sees, also at once', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, createTestDatabase));
    const [first, second] = databases.map(({ url }) => url);
    await query(first ?? '', 'create table mine ()');
    const find =
      "select to_regclass('mine') is not null as mine, to_regclass('devices') is not null as migrated";
    expect(await query(first ?? '', find)).toEqual([{ mine: true, migrated: true }]);
    expect(await query(second ?? '', find)).toEqual([{ mine: false, migrated: true }]);
    await Promise.all(databases.map(async ({ drop }) => await drop()));
  });

  test('drops a database somebody is still connected to', async () => {
    const { url, drop } = await createTestDatabase();
    const client = new Client({ connectionString: url });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await drop();
    expect(await ended).toBeInstanceOf(Error);
    await drop();
  });
});

describe('createTestRedis', () => {
  test('gives each caller an empty database that nobody else sees, also at once', async () => {
    const own = await Promise.all(Array.from({ length: 8 }, createTestRedis));
    expect(new Set(own.map(({ url }) => url)).size).toBe(8);
    const [first, second] = own.map(({ url }) => new Redis(url));
    await first?.set('key', 'value');
    expect(await second?.get('key')).toBeNull();
    first?.disconnect();
    second?.disconnect();
    await Promise.all(own.map(async ({ release }) => await release()));
  });
});
