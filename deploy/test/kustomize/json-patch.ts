export type Operation = Readonly<{ op: string; path: string; value?: unknown }>;

/** Applies add, replace and remove (RFC 6902) to a copy. Throws where a path leads nowhere, as kustomize does. */
export function applyJsonPatch<T>(document: T, operations: readonly Operation[]): T {
  const copy = structuredClone(document);
  for (const operation of operations) applyOne(copy, operation);
  return copy;
}

function applyOne(document: unknown, { op, path, value }: Operation): void {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  let at = document as Record<string, unknown>;
  for (const key of keys) {
    if (!(key in at)) throw new Error(`${path} leads nowhere`);
    at = at[key] as Record<string, unknown>;
  }
  if (op !== 'add' && !(last in at)) throw new Error(`${path} leads nowhere`);
  if (op === 'remove' && !Array.isArray(at)) delete at[last];
  else if (op === 'replace' || (op === 'add' && !Array.isArray(at))) at[last] = value;
  else if (op === 'add' && Array.isArray(at))
    at.splice(last === '-' ? at.length : Number(last), 0, value);
  else if (op === 'remove' && Array.isArray(at)) at.splice(Number(last), 1);
  else throw new Error(`no rule for ${op}`);
}
