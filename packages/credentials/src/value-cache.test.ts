import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CachedValue, ValueCache } from './value-cache.ts';

const calls = fc.array(
  fc.record({
    act: fc.constantFrom('set', 'get', 'delete', 'clear'),
    kind: fc.constantFrom('a', 'b'),
    id: fc.nat(150).map(String),
    size: fc.nat(4_000),
  }),
  { maxLength: 400 },
);

describe('the cache', () => {
  // A value that was written since would make a session use a key twice.
  it('never answers with anything but the last value, and may forget any', () => {
    fc.assert(
      fc.property(calls, (steps) => {
        const cache = new ValueCache();
        const model = new Map<string, CachedValue>();
        for (const { act, kind, id, size } of steps) {
          const key = `${kind}|${id}`;
          const value = size % 5 === 0 ? null : 'x'.repeat(size);
          if (act === 'clear') {
            cache.clear();
            model.clear();
          } else if (act === 'delete') {
            cache.delete(kind, id);
            model.delete(key);
          } else if (act === 'set') {
            cache.set(kind, id, value);
            model.set(key, value);
          }
          const answer = cache.get(kind, id);
          expect([undefined, model.get(key)]).toContain(answer);
        }
      }),
    );
  });

  it('holds the last hundred, and no more than its size', () => {
    const cache = new ValueCache();
    for (let id = 0; id < 150; id += 1) cache.set('k', String(id), 'v');
    expect(cache.get('k', '50')).toBe('v');
    expect(cache.get('k', '49')).toBeUndefined();
    cache.set('k', 'large', 'x'.repeat(64 * 1024));
    expect(cache.get('k', 'large')).toHaveLength(64 * 1024);
    expect(cache.get('k', '149')).toBeUndefined();
    cache.set('k', 'too large', 'x'.repeat(64 * 1024 + 1));
    expect(cache.get('k', 'too large')).toBeUndefined();
    cache.set('k', 'small', 'v');
    expect(cache.get('k', 'small')).toBe('v');
  });
});
