/** What is known of one stored value; null: there is none. */
export type CachedValue = string | null;

/** Enough for the dozen values that one chat needs, for several chats. */
const entriesMax = 100;
/** In characters, together: a worker holds one cache for each of its hundreds of sessions. */
const sizeMax = 64 * 1024;

/** The values used last, of one session. Holds only what Postgres has committed. */
export class ValueCache {
  /** Used longest ago first. */
  readonly #values = new Map<string, CachedValue>();
  #size = 0;

  /** Undefined: not known. */
  get(kind: string, id: string): CachedValue | undefined {
    const key = keyOf(kind, id);
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  set(kind: string, id: string, value: CachedValue): void {
    this.delete(kind, id);
    this.#values.set(keyOf(kind, id), value);
    this.#size += sizeOf(value);
    for (const [key, oldest] of this.#values) {
      if (this.#values.size <= entriesMax && this.#size <= sizeMax) break;
      this.#values.delete(key);
      this.#size -= sizeOf(oldest);
    }
  }

  delete(kind: string, id: string): void {
    const key = keyOf(kind, id);
    this.#size -= sizeOf(this.#values.get(key) ?? null);
    this.#values.delete(key);
  }

  clear(): void {
    this.#values.clear();
    this.#size = 0;
  }
}

const keyOf = (kind: string, id: string): string => `${kind}\u0000${id}`;
const sizeOf = (value: CachedValue): number => value?.length ?? 0;
