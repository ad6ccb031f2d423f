import { expect, test } from 'vitest';
import { recentCache } from './recent-cache.ts';

test('holds so many entries; the one that was set first makes room', async () => {
  const cache = recentCache(2, 60_000);
  await cache.set('a', 1);
  await cache.set('b', 2);
  await cache.set('a', 3);
  await cache.set('c', 4);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([3, undefined, 4]);
});

test('an entry is gone when its time is over, when it is taken out, and when all are', async () => {
  const over = recentCache(2, 0);
  await over.set('a', 1);
  expect(over.get('a')).toBeUndefined();
  const cache = recentCache(2, 60_000);
  await cache.set('a', 1);
  await cache.del('a');
  await cache.set('b', 2);
  expect([cache.get('a'), cache.get('b')]).toEqual([undefined, 2]);
  await cache.flushAll();
  expect(cache.get('b')).toBeUndefined();
});
