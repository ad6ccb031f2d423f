import type { CredentialChange, SessionCredentials } from '../src/index.ts';

/** Credentials in memory, whose store can be lost, taken away or spoilt. */
export type MemoryCredentials = SessionCredentials &
  Readonly<{
    /** Of one kind, by id. */
    values(kind: string): ReadonlyMap<string, string>;
    /** From now on this many writes are answered so, or fail; undefined: as usual again. */
    failWrites(how: 'fenced' | 'unavailable' | undefined, times?: number): void;
    /** This kind can't be read any more. */
    spoil(kind: string, cause?: 'key_missing' | 'damaged'): void;
    /** Resolves when something of this kind is written. */
    untilWritten(kind: string): Promise<void>;
    /** The changes of every write, in order. */
    writes: readonly (readonly CredentialChange[])[];
  }>;

export function memoryCredentials(): MemoryCredentials {
  const kinds = new Map<string, Map<string, string>>();
  const spoilt = new Map<string, 'key_missing' | 'damaged'>();
  const writes: (readonly CredentialChange[])[] = [];
  const waiting = new Map<string, () => void>();
  let failing: 'fenced' | 'unavailable' | undefined;
  let failures = 0;
  const kindOf = (kind: string) => {
    const values = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, values);
    return values;
  };
  return {
    writes,
    values: kindOf,
    failWrites: (how, times = Infinity) => {
      failing = how;
      failures = times;
    },
    spoil: (kind, cause = 'damaged') => {
      spoilt.set(kind, cause);
    },
    untilWritten: (kind) =>
      new Promise((resolve) => {
        if (kindOf(kind).size > 0) resolve();
        else waiting.set(kind, resolve);
      }),
    read: async (kind, ids) => {
      await turn();
      const cause = spoilt.get(kind);
      if (cause) return { kind: 'unreadable', cause, reason: 'spoilt' };
      const all = kindOf(kind);
      const found = ids.flatMap((id) => (all.has(id) ? [[id, all.get(id) ?? ''] as const] : []));
      return { kind: 'read', values: new Map(found) };
    },
    write: async (changes) => {
      await turn();
      failures -= 1;
      if (failures >= 0 && failing === 'fenced') return 'fenced';
      if (failures >= 0 && failing === 'unavailable') throw new Error('no database');
      writes.push(changes);
      for (const { kind, id, value } of changes) {
        if (value === null) kindOf(kind).delete(id);
        else kindOf(kind).set(id, value);
        waiting.get(kind)?.();
      }
      return 'written';
    },
    replace: async (changes) => {
      await turn();
      if (failing === 'fenced') return 'fenced';
      if (failing === 'unavailable') throw new Error('no database');
      for (const values of kinds.values()) values.clear();
      for (const { kind, id, value } of changes) if (value !== null) kindOf(kind).set(id, value);
      return 'written';
    },
  };
}

/** As long as a store takes at least. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
