import { expect, test } from 'vitest';
import { Batcher } from './batcher.ts';
import { DatabaseError, type DatabaseFailure } from './database-error.ts';

const failure = (code: DatabaseFailure): DatabaseError =>
  new DatabaseError('test', { code, sqlState: undefined, constraint: undefined });

/** A batcher that doubles numbers; `fail` may refuse a batch. Batches are recorded. */
function doubling(fail: (items: readonly number[]) => void = () => {}, sizeMax = 256) {
  const batches: (readonly number[])[] = [];
  const batcher = new Batcher<number, number>(
    async (items) => {
      batches.push(items);
      fail(items);
      return await Promise.resolve(items.map((item) => item * 2));
    },
    { sizeMax, keyOf: (item) => item % 100 },
  );
  return { batcher, batches, addAll: (items: number[]) => items.map((item) => batcher.add(item)) };
}

test('what comes in one turn of the event loop shares a statement, and each gets its own outcome', async () => {
  const { addAll, batches } = doubling();
  expect(await Promise.all(addAll([1, 2, 3]))).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1, 2, 3]]);
});

test('a statement holds sizeMax items at most, and one of a key, in the order of arrival', async () => {
  const { addAll, batches } = doubling(undefined, 2);
  await Promise.all(addAll([1, 101, 2, 3, 201]));
  expect(batches).toEqual([[1, 2], [101, 3], [201]]);
});

test('what arrives while a statement is under way waits for the next', async () => {
  const { batcher, batches } = doubling();
  const first = batcher.add(1);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const later = [batcher.add(2), batcher.add(3)];
  await Promise.all([first, ...later]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test('a lost race is repeated, five times at most', async () => {
  let races = 2;
  const { addAll, batches } = doubling(() => {
    if (races-- > 0) throw failure('conflict');
  });
  expect(await Promise.all(addAll([1, 2]))).toEqual([2, 4]);
  expect(batches).toHaveLength(3);

  const always = doubling(() => {
    throw failure('conflict');
  });
  await expect(always.batcher.add(1)).rejects.toMatchObject({ code: 'conflict' });
  expect(always.batches).toHaveLength(6);
});

test('one bad row among many fails alone', async () => {
  // Guards: a contact with an impossible name taking 255 other messages down with it.
  const { addAll } = doubling((items) => {
    if (items.includes(7)) throw failure('bad_row');
  });
  const results = await Promise.allSettled(addAll([1, 2, 7, 4, 5]));
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
});

test('a lost connection fails all of a batch, and the next batch runs', async () => {
  let lost = true;
  const { addAll } = doubling(() => {
    if (lost) throw failure('unreachable');
  });
  const results = await Promise.allSettled(addAll([1, 2]));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  lost = false;
  expect(await Promise.all(addAll([3]))).toEqual([6]);
});

test('a statement that answers with too few rows fails those without an answer', async () => {
  const batcher = new Batcher<number, number>(
    async (items) => await Promise.resolve(items.slice(1)),
    {
      sizeMax: 9,
      keyOf: (item) => item,
    },
  );
  const results = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});
