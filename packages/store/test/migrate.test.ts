import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { createTestDatabase, runSql, type TestDatabase } from '@dripfleet/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from '../src/index.ts';

const name = `migrate_${randomBytes(4).toString('hex')}`;
let neighbour: TestDatabase;
let empty: string;

beforeAll(async () => {
  neighbour = await createTestDatabase();
  const url = new URL(neighbour.url);
  url.pathname = `/${name}`;
  empty = url.href;
  await runSql(neighbour.url, `create database ${name}`);
});
afterAll(async () => {
  await runSql(neighbour.url, `drop database if exists ${name} with (force)`);
  await neighbour.drop();
});

const tables = async (url: string): Promise<readonly string[]> => {
  const rows = await runSql<{ name: string }>(
    url,
    `select relname || ' ' || relkind::text as name from pg_class
      where relnamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map((row) => row.name);
};

test('five migrations of an empty database at once apply each file once and leave one set of tables', async () => {
  // Guards: several pods of a rollout starting together, each with `dripfleet migrate` in its init container.
  const folder = new URL('../../../migrations/', import.meta.url);
  const files = (await readdir(folder)).map((file) => file.replace(/\.sql$/, '')).toSorted();

  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(empty)));

  expect(applied.flat().toSorted()).toEqual(files);
  const recorded = await runSql<{ name: string }>(empty, 'select name from migrations order by 1');
  expect(recorded.map((row) => row.name)).toEqual(files);
  expect(await tables(empty)).toEqual(await tables(neighbour.url));
  expect(await runSql(empty, 'select only_row from settings')).toHaveLength(1);
});

test('a migrated database is left as it is', async () => {
  expect(await migrate(empty)).toEqual([]);
});
