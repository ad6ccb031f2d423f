import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pageOf } from './page.ts';

test('page after page, everything is seen once and in order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), (names, limit) => {
      const items = names.toSorted((a, b) => (a < b ? -1 : 1));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = pageOf(items, { limit, cursor, keyOf: (item) => item });
        seen.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(items);
    }),
  );
});

test('who leaves between two pages takes nobody else along', () => {
  const keyOf = (item: string) => item;
  const first = pageOf(['a', 'b', 'c', 'd'], { limit: 2, cursor: undefined, keyOf });
  expect(pageOf(['a', 'c', 'd'], { limit: 2, cursor: first.next, keyOf }).items).toEqual([
    'c',
    'd',
  ]);
});
