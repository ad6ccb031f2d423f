import { readdir, readFile } from 'node:fs/promises';
import { openTestStore, type TestConnection, type TestStore } from '@dripfleet/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = new URL('../', import.meta.url);
const files = (await readdir(new URL('sql/', root))).toSorted();
const names = files.map((file) => file.replace(/\.sql$/, ''));
const read = async (path: string): Promise<string> => await readFile(new URL(path, root), 'utf8');
const camelCase = (name: string): string =>
  name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

let store: TestStore;
let connection: TestConnection;

beforeAll(async () => {
  store = await openTestStore();
  connection = await store.connect();
});
afterAll(async () => {
  await connection.close();
  await store.close();
});

describe('the statements of sql/', () => {
  test('the folder holds SQL alone', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !/^[a-z]+(-[a-z]+)*\.sql$/.test(file))).toEqual([]);
  });

  // A column renamed by a migration would otherwise show first when a worker asks for it.
  test.each(names)('%s is understood by the migrated schema', async (name) => {
    const text = await read(`sql/${name}.sql`);
    await expect(connection.sql(`prepare checked as ${text}`)).resolves.toEqual([]);
    await connection.sql('deallocate checked');
  });

  test.each(names)('%s opens with why it is there, and explains every parameter', async (name) => {
    const text = await read(`sql/${name}.sql`);
    const header = /^(?:--[^\n]*\n)+/.exec(text)?.[0] ?? '';
    expect(header).not.toBe('');
    const used = new Set(text.slice(header.length).match(/\$\d+/g));
    expect([...used].filter((parameter) => !header.includes(parameter))).toEqual([]);
  });

  test.each(names)(
    '%s is run by the function of its name, in the file of its name',
    async (name) => {
      const source = await read(`src/${name}.ts`);
      expect(source).toMatch(new RegExp(`export (?:async )?function ${camelCase(name)}\\b`));
      expect(source).toContain(`'${name}'`);
    },
  );
});
