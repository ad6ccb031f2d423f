import type { CacheStore } from '@whiskeysockets/baileys';

/**
 * A bounded cache in the form that Baileys asks for, without timers of its own: in a process of hundreds of sockets,
 * each with five caches, those cost more than the sockets.
 *
 * @param capacity entries; the oldest makes room
 * @param lifetime ms
 */
export function recentCache(capacity: number, lifetime: number): CacheStore {
  const entries = new Map<string, Readonly<{ value: unknown; until: number }>>();
  const find = (key: string): unknown => {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until > performance.now()) return entry.value;
    entries.delete(key);
    return undefined;
  };
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the interface leaves it to the caller to know
    get: (key) => find(key) as never,
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, { value, until: performance.now() + lifetime });
      if (entries.size > capacity) entries.delete(entries.keys().next().value ?? key);
    },
    del: (key) => {
      entries.delete(key);
    },
    flushAll: () => entries.clear(),
  };
}
