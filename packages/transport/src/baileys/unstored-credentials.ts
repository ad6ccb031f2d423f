import type { CredentialChange, SessionCredentials } from '../session.ts';

/** What a phone that is being linked makes the client remember: in memory, until there is something worth storing. */
export function unstoredCredentials(): SessionCredentials & {
  /** All that is remembered. */
  changes(): readonly CredentialChange[];
} {
  const kept = new Map<string, CredentialChange & { value: string }>();
  const write = (changes: readonly CredentialChange[]) => {
    for (const { kind, id, value } of changes) {
      if (value === null) kept.delete(keyOf(kind, id));
      else kept.set(keyOf(kind, id), { kind, id, value });
    }
    return Promise.resolve('written' as const);
  };
  return {
    changes: () => [...kept.values()],
    read: (kind, ids) => {
      const values = new Map<string, string>();
      for (const id of ids) {
        const found = kept.get(keyOf(kind, id));
        if (found) values.set(id, found.value);
      }
      return Promise.resolve({ kind: 'read' as const, values });
    },
    write,
    replace: (changes) => {
      kept.clear();
      return write(changes);
    },
  };
}

function keyOf(kind: string, id: string): string {
  return JSON.stringify([kind, id]);
}
