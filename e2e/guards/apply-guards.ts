import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Guard } from './guard.ts';

/** The text of a guard is not where the list says; the list has to follow the code. */
export class GuardMovedError extends Error {
  override readonly name = 'GuardMovedError';
  readonly code = 'guard_moved';
}

/** Removes guards from the repository in `root`; returns what puts the files back. Throws `GuardMovedError`. */
export async function removeGuards(
  root: string,
  guards: readonly Guard[],
): Promise<() => Promise<void>> {
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  for (const guard of guards) {
    const file = path.join(root, guard.file);
    const text = after.get(file) ?? (await readFile(file, 'utf8'));
    if (!before.has(file)) before.set(file, text);
    after.set(file, withoutGuard(text, guard));
  }
  for (const [file, text] of after) await writeFile(file, text);
  return async () => {
    for (const [file, text] of before) await writeFile(file, text);
  };
}

/** The text of a file without the guard. Throws `GuardMovedError` unless it is there exactly once. */
export function withoutGuard(text: string, { id, file, find, replace }: Guard): string {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new GuardMovedError(`${id}: its text is ${parts.length - 1} times in ${file}`);
  }
  return parts.join(replace);
}
